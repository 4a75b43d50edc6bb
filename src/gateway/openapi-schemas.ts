import type { Config } from '../config.js';
import { ERROR_CODES } from '../domain/errors.js';
import { HOLD_STATES } from '../domain/hold.js';
import {
  CLIENT_ADDRESS_LENGTH_MAX,
  PAYMENT_REF_LENGTH_MAX,
  REASON_LENGTH_MAX,
  TOTAL_MAX,
} from '../domain/identifiers.js';
import { SKU_STATES } from '../domain/sku.js';
import { HOLD_TTL_MS_MIN } from './definitions.js';
import {
  COUNT,
  IDENTIFIER,
  object,
  reference,
  type Schema,
  TIME,
  TIME_OR_NULL,
  UNITS,
} from './openapi-parts.js';
import { SALE_SCHEMAS } from './openapi-sale.js';

const HOLD_FACTS = {
  holdId: { type: 'string', description: 'Opaque' },
  sku: IDENTIFIER,
  buyerId: IDENTIFIER,
  quantity: { type: 'integer', minimum: 1 },
  expiresAt: TIME,
};

function holdIn(state: string, ended: Readonly<Record<string, Schema>>): Schema {
  return object({ ...HOLD_FACTS, state: { const: state }, ...ended });
}

const SKU_PROPERTIES = {
  sku: IDENTIFIER,
  state: { type: 'string', enum: SKU_STATES },
  total: UNITS,
  available: UNITS,
  held: UNITS,
  sold: UNITS,
  reserved: UNITS,
  buyerLimit: { type: ['integer', 'null'], minimum: 1, description: 'null: no limit' },
  opensAt: TIME_OR_NULL,
  closesAt: TIME_OR_NULL,
  serverTime: TIME,
};

function rules(config: Config): Readonly<Record<string, Schema>> {
  return {
    buyerLimit: {
      type: ['integer', 'null'],
      minimum: 0,
      maximum: TOTAL_MAX,
      description: 'Most units one buyer may have held or bought; 0 or null: no limit',
    },
    holdTtlMs: {
      type: 'integer',
      minimum: HOLD_TTL_MS_MIN,
      maximum: config.HOLD_TTL_MS_MAX,
      description: 'How long a hold lasts, milliseconds',
    },
    reserved: {
      description: 'Units kept back from sale, or a share of the total, rounded up',
      oneOf: [UNITS, { type: 'string', pattern: '^(100|[0-9]{1,2}(\\.[0-9]{1,2})?)%$' }],
    },
    opensAt: TIME_OR_NULL,
    closesAt: { ...TIME_OR_NULL, description: 'After `opensAt`' },
  };
}

const COUNTERS = { total: COUNT, available: COUNT, held: COUNT, sold: COUNT, reserved: COUNT };

const PROBLEM: Schema = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: ERROR_CODES },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    available: { ...COUNT, description: 'sold_out, insufficient_stock' },
    limit: { ...COUNT, description: 'buyer_limit' },
    remaining: { ...COUNT, description: 'buyer_limit' },
    holdIds: { type: 'array', items: { type: 'string' }, description: 'buyer_limit: the live holds' },
    opensAt: { ...TIME, description: 'not_open' },
    holdId: { type: 'string', description: 'outcome_unknown, hold_expired, hold_released, hold_confirmed' },
    paymentRef: { type: 'string', description: 'hold_confirmed' },
    errors: {
      type: 'array',
      description: 'invalid_request: everything that is wrong',
      items: object({
        pointer: {
          type: 'string',
          description: 'JSON pointer into the body; `/path/…`, `/query/…`, `/header/…` for the rest',
        },
        detail: { type: 'string' },
      }),
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  additionalProperties: false,
};

const DEPENDENCY: Schema = object(
  { state: { type: 'string', enum: ['ok', 'degraded', 'down'] }, detail: { type: 'string' } },
  ['detail'],
);

function holdSchemas(config: Config): Readonly<Record<string, Schema>> {
  return {
    HoldRequest: object(
      {
        sku: IDENTIFIER,
        buyerId: IDENTIFIER,
        quantity: { type: 'integer', minimum: 1, maximum: config.MAX_QUANTITY },
        clientAddress: {
          type: 'string',
          minLength: 1,
          maxLength: CLIENT_ADDRESS_LENGTH_MAX,
          pattern: '^[^|\\u0000-\\u001f\\u007f]*$',
        },
      },
      ['clientAddress'],
    ),
    ConfirmRequest: object({
      paymentRef: { type: 'string', minLength: 1, maxLength: PAYMENT_REF_LENGTH_MAX },
    }),
    Hold: {
      type: 'object',
      properties: { state: { type: 'string', enum: HOLD_STATES } },
      oneOf: [
        holdIn('held', {}),
        holdIn('confirmed', { confirmedAt: TIME, paymentRef: { type: 'string' } }),
        holdIn('released', { releasedAt: TIME }),
        holdIn('expired', { expiredAt: TIME }),
      ],
    },
    HoldPage: object({
      items: { type: 'array', items: reference('Hold') },
      next: { type: ['string', 'null'] },
      seq: { ...COUNT, description: 'The ledger’s position in the SKU’s partition' },
    }),
  };
}

/** Every schema of the document, by name. */
export function schemas(config: Config): Readonly<Record<string, Schema>> {
  const ruleSchemas = rules(config);
  return {
    ...holdSchemas(config),
    Sku: object(SKU_PROPERTIES),
    ManagedSku: object({
      ...SKU_PROPERTIES,
      holdTtlMs: { type: 'integer', minimum: HOLD_TTL_MS_MIN },
    }),
    SkuPage: object({
      items: { type: 'array', items: reference('ManagedSku') },
      next: { type: ['string', 'null'] },
    }),
    SkuDefinition: object({ total: UNITS, ...ruleSchemas }, Object.keys(ruleSchemas)),
    SkuPatch: { ...object(ruleSchemas, Object.keys(ruleSchemas)), minProperties: 1 },
    StockAdjustment: object({
      delta: { type: 'integer', minimum: -TOTAL_MAX, maximum: TOTAL_MAX, not: { const: 0 } },
      reason: { type: 'string', minLength: 1, maxLength: REASON_LENGTH_MAX },
    }),
    AuditReport: object({
      sku: IDENTIFIER,
      conserved: { type: 'boolean' },
      seq: COUNT,
      counters: object(COUNTERS),
      recounted: object({ held: COUNT, buyers: COUNT, withoutDeadline: COUNT }),
      ledger: object({ seq: COUNT, ...COUNTERS }),
      differences: { type: 'array', items: { type: 'string' } },
      remedy: { enum: ['none', 'withhold', 'give_back', 'by_hand'] },
    }),
    PartitionAudit: object({
      partition: COUNT,
      partitions: COUNT,
      seq: COUNT,
      skus: COUNT,
      different: { type: 'array', items: reference('AuditReport') },
    }),
    RepairReport: object({
      sku: IDENTIFIER,
      repaired: { type: 'boolean' },
      detail: { type: 'string' },
      before: reference('AuditReport'),
      audit: reference('AuditReport'),
    }),
    Health: object({ status: { const: 'ok' } }),
    Readiness: object({
      ready: { type: 'boolean' },
      dependencies: { type: 'object', additionalProperties: DEPENDENCY },
    }),
    ...SALE_SCHEMAS,
    OpenApiDocument: { type: 'object', required: ['openapi', 'info', 'paths'] },
    Problem: PROBLEM,
  };
}

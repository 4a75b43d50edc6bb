import { SKU_STATES } from '../domain/sku.js';
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

const RATE: Schema = { type: 'number', minimum: 0 };
const SECONDS: Schema = { type: 'number', minimum: 0 };
const SECONDS_OR_NULL: Schema = { type: ['number', 'null'], minimum: 0 };

/** What the stream of the live board tells; the meaning of each is in `src/domain/sale.ts`. */
export const SALE_SCHEMAS: Readonly<Record<string, Schema>> = {
  SalePoint: object({
    at: TIME,
    acceptedPerSecond: RATE,
    refusedPerSecond: RATE,
    failedPerSecond: RATE,
    acceptedP50Seconds: SECONDS_OR_NULL,
    acceptedP99Seconds: SECONDS_OR_NULL,
    refusedP99Seconds: SECONDS_OR_NULL,
    lagSeconds: SECONDS,
  }),
  SaleSnapshot: object({
    point: reference('SalePoint'),
    totals: object({
      accepted: COUNT,
      refused: COUNT,
      failed: COUNT,
      byCode: { type: 'object', additionalProperties: COUNT },
      confirmed: COUNT,
      released: COUNT,
      expired: COUNT,
    }),
    ledger: object({
      lagEvents: COUNT,
      auditRounds: COUNT,
      auditUncounted: COUNT,
      auditFailures: COUNT,
      auditRepairs: COUNT,
      auditDiffering: COUNT,
      auditedAt: TIME_OR_NULL,
    }),
    stock: object({ skus: COUNT, selling: COUNT, soldOut: COUNT, available: COUNT }),
    skus: {
      type: 'array',
      items: object({
        sku: IDENTIFIER,
        state: { type: 'string', enum: SKU_STATES },
        total: UNITS,
        available: UNITS,
        held: UNITS,
        sold: UNITS,
        reserved: UNITS,
        opensAt: TIME_OR_NULL,
        closesAt: TIME_OR_NULL,
        takenPerSecond: RATE,
      }),
    },
    readiness: reference('Readiness'),
  }),
};

import { HOLD_STATES } from '../domain/hold.js';
import { SKU_STATES } from '../domain/sku.js';
import { auditPartition, auditSku, repairSku } from './audits.js';
import { adjustStock, changeState, defineSku, patchSku } from './definitions.js';
import { confirmHold, createHold, readHold, releaseHold } from './holds.js';
import { listHolds, listSkus } from './lists.js';
import { LIVE_BOARD_OPERATIONS } from './live-board-routes.js';
import type { ListenerName, Operation, QueryParameter } from './operation.js';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from './parameters.js';
import { liveSku, readSku } from './skus.js';
import { healthz, metrics, openapi, problem, readyz } from './upkeep.js';

const STOREFRONT: readonly ListenerName[] = ['storefront'];
const OPERATIONS: readonly ListenerName[] = ['operations'];
const BOTH: readonly ListenerName[] = ['storefront', 'operations'];

const PAGE: readonly QueryParameter[] = [
  {
    name: 'limit',
    description: 'Most items of the page',
    schema: { type: 'integer', minimum: 1, maximum: PAGE_LIMIT_MAX, default: PAGE_LIMIT_DEFAULT },
  },
  { name: 'after', description: '`next` of the page before', schema: { type: 'string' } },
];

const MANAGED = { status: 200, description: 'The SKU after the call', schema: 'ManagedSku' } as const;

const STATE_AFTER = { open: 'open', pause: 'paused', close: 'closed' } as const;

/** Every operation there is. Routing, authentication, 405, metrics and `/openapi.json` are made from this table. */
export const OPERATIONS_TABLE: readonly Operation[] = [
  {
    operationId: 'createHold',
    method: 'post',
    path: '/v1/holds',
    listeners: STOREFRONT,
    access: 'write',
    summary: 'Holds stock for a buyer; the same idempotency key and request always name the same hold',
    handle: createHold,
    body: 'HoldRequest',
    idempotencyKey: 'recommended',
    answers: [
      {
        status: 201,
        description: 'A new hold',
        schema: 'Hold',
        headers: { Location: 'Path of the hold' },
      },
      {
        status: 200,
        description: 'A replay: the hold an earlier request with this key made, in its present state',
        schema: 'Hold',
        headers: { 'Idempotency-Replayed': 'Always `true`' },
      },
    ],
    refusals: [
      'unknown_sku',
      'sold_out',
      'buyer_limit',
      'not_open',
      'paused',
      'closed',
      'idempotency_mismatch',
    ],
    asksStore: true,
  },
  {
    operationId: 'readHold',
    method: 'get',
    path: '/v1/holds/{holdId}',
    listeners: STOREFRONT,
    access: 'read',
    summary: 'Reads a hold, also after it ended',
    handle: readHold,
    answers: [{ status: 200, description: 'The hold, in any state', schema: 'Hold' }],
    refusals: ['unknown_hold', 'hold_expired'],
    asksStore: true,
  },
  {
    operationId: 'confirmHold',
    method: 'post',
    path: '/v1/holds/{holdId}/confirm',
    listeners: STOREFRONT,
    access: 'write',
    summary: 'Confirms a paid hold before its deadline; repeating it answers the same',
    handle: confirmHold,
    body: 'ConfirmRequest',
    answers: [{ status: 200, description: 'The confirmed hold', schema: 'Hold' }],
    refusals: ['unknown_hold', 'hold_expired', 'hold_released', 'hold_confirmed'],
    asksStore: true,
  },
  {
    operationId: 'releaseHold',
    method: 'delete',
    path: '/v1/holds/{holdId}',
    listeners: STOREFRONT,
    access: 'write',
    summary: 'Gives a hold back; repeating it answers the same',
    handle: releaseHold,
    answers: [{ status: 200, description: 'The released hold', schema: 'Hold' }],
    refusals: ['unknown_hold', 'hold_expired', 'hold_confirmed'],
    asksStore: true,
  },
  {
    operationId: 'readSku',
    method: 'get',
    path: '/v1/skus/{sku}',
    listeners: STOREFRONT,
    access: 'read',
    summary: 'Reads the stock and rules of a SKU',
    handle: readSku,
    answers: [{ status: 200, description: 'The SKU', schema: 'Sku' }],
    refusals: ['invalid_request', 'unknown_sku'],
    asksStore: true,
  },
  {
    operationId: 'watchSku',
    method: 'get',
    path: '/v1/skus/{sku}/live',
    listeners: STOREFRONT,
    access: 'read',
    summary: 'Server-sent events: the SKU now and whenever it changes, at most ten a second',
    handle: liveSku,
    answers: [
      {
        status: 200,
        description: 'A stream; the `data` of each event is a `Sku`; a comment every 15 s',
        contentType: 'text/event-stream',
      },
    ],
    refusals: ['invalid_request', 'unknown_sku'],
    asksStore: true,
  },
  {
    operationId: 'listSkus',
    method: 'get',
    path: '/v1/skus',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Lists SKUs in the order of their names by code unit',
    handle: listSkus,
    query: [
      {
        name: 'state',
        description: 'Only those in this state',
        schema: { type: 'string', enum: SKU_STATES },
      },
      ...PAGE,
    ],
    answers: [{ status: 200, description: 'A page', schema: 'SkuPage' }],
    refusals: ['invalid_request'],
    asksStore: true,
  },
  {
    operationId: 'defineSku',
    method: 'put',
    path: '/v1/skus/{sku}',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Defines a SKU. Without `opensAt` it waits, `scheduled`, until it is opened',
    handle: defineSku,
    body: 'SkuDefinition',
    answers: [
      {
        status: 201,
        description: 'A new SKU',
        schema: 'ManagedSku',
        headers: { Location: 'Path of the SKU' },
      },
      { status: 200, description: 'It was defined exactly so before', schema: 'ManagedSku' },
    ],
    refusals: ['sku_exists'],
    asksStore: true,
  },
  {
    operationId: 'patchSku',
    method: 'patch',
    path: '/v1/skus/{sku}',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Changes rules; a field left out stays as it is, `null` takes the rule away',
    handle: patchSku,
    body: 'SkuPatch',
    answers: [MANAGED],
    refusals: ['unknown_sku', 'insufficient_stock'],
    asksStore: true,
  },
  {
    operationId: 'adjustStock',
    method: 'post',
    path: '/v1/skus/{sku}/stock',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Adds stock, or takes what is neither held, sold nor reserved',
    handle: adjustStock,
    body: 'StockAdjustment',
    idempotencyKey: 'required',
    answers: [MANAGED],
    refusals: ['unknown_sku', 'insufficient_stock', 'idempotency_mismatch'],
    asksStore: true,
  },
  ...(['open', 'pause', 'close'] as const).map(
    (action): Operation => ({
      operationId: `${action}Sku`,
      method: 'post',
      path: `/v1/skus/{sku}/${action}`,
      listeners: OPERATIONS,
      access: 'admin',
      summary: `Makes the sale ${STATE_AFTER[action]}; repeating it changes nothing`,
      handle: changeState(action),
      answers: [MANAGED],
      refusals:
        action === 'pause'
          ? ['invalid_request', 'unknown_sku', 'closed']
          : ['invalid_request', 'unknown_sku'],
      asksStore: true,
    }),
  ),
  {
    operationId: 'auditSku',
    method: 'get',
    path: '/v1/skus/{sku}/audit',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Counts the stock of a SKU in every way there is, at one seq',
    handle: auditSku,
    answers: [{ status: 200, description: 'The counts, and every difference', schema: 'AuditReport' }],
    refusals: ['invalid_request', 'unknown_sku'],
    asksStore: true,
  },
  {
    operationId: 'auditPartition',
    method: 'get',
    path: '/v1/audit',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Audits every SKU of a partition at one seq; answers those that differ',
    handle: auditPartition,
    query: [
      {
        name: 'partition',
        description: 'Which one, from 0; the answer says how many there are',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
    answers: [{ status: 200, description: 'What was found', schema: 'PartitionAudit' }],
    refusals: ['invalid_request'],
    asksStore: true,
  },
  {
    operationId: 'repairSku',
    method: 'post',
    path: '/v1/skus/{sku}/repair',
    listeners: OPERATIONS,
    access: 'admin',
    summary:
      'Audits, and puts the counters right where all else agrees; giving units back takes two recounts that nothing came between',
    handle: repairSku,
    answers: [{ status: 200, description: 'What was done, or why nothing was', schema: 'RepairReport' }],
    refusals: ['invalid_request', 'unknown_sku'],
    asksStore: true,
  },
  {
    operationId: 'listHolds',
    method: 'get',
    path: '/v1/skus/{sku}/holds',
    listeners: OPERATIONS,
    access: 'admin',
    summary: 'Lists holds from the ledger in the order they were made; true as of `seq`',
    handle: listHolds,
    query: [
      {
        name: 'state',
        description: 'Only those in this state',
        schema: { type: 'string', enum: HOLD_STATES },
      },
      { name: 'buyerId', description: 'Only those of this buyer', schema: { type: 'string' } },
      ...PAGE,
    ],
    answers: [{ status: 200, description: 'A page', schema: 'HoldPage' }],
    refusals: ['invalid_request', 'unknown_sku'],
    asksStore: true,
  },
  ...LIVE_BOARD_OPERATIONS,
  {
    operationId: 'healthz',
    method: 'get',
    path: '/healthz',
    listeners: OPERATIONS,
    access: 'open',
    summary: 'Whether the process lives',
    handle: healthz,
    answers: [{ status: 200, description: 'It does', schema: 'Health' }],
    refusals: [],
  },
  {
    operationId: 'readyz',
    method: 'get',
    path: '/readyz',
    listeners: OPERATIONS,
    access: 'open',
    summary: 'Whether it can sell, with the state of each part it needs',
    handle: readyz,
    answers: [
      { status: 200, description: 'Ready', schema: 'Readiness' },
      {
        status: 503,
        description: 'Not ready; the same document',
        schema: 'Readiness',
        headers: { 'Retry-After': 'Seconds' },
      },
    ],
    refusals: [],
  },
  {
    operationId: 'metrics',
    method: 'get',
    path: '/metrics',
    listeners: OPERATIONS,
    access: 'metrics',
    summary: 'Prometheus metrics; without a token only where this listener is on loopback',
    handle: metrics,
    answers: [{ status: 200, description: 'Text format 0.0.4', contentType: 'text/plain' }],
    refusals: [],
  },
  {
    operationId: 'openapi',
    method: 'get',
    path: '/openapi.json',
    listeners: BOTH,
    access: 'open',
    summary: 'This document',
    handle: openapi,
    answers: [{ status: 200, description: 'OpenAPI 3.1', schema: 'OpenApiDocument' }],
    refusals: [],
  },
  {
    operationId: 'problem',
    method: 'get',
    path: '/problems/{code}',
    listeners: BOTH,
    access: 'open',
    summary: 'The page an error’s `type` leads to',
    handle: problem,
    answers: [{ status: 200, description: 'What led there and what to do', contentType: 'text/html' }],
    refusals: ['unknown_route'],
  },
];

/** Names of routes for metrics, index-aligned with the table; the last is for requests that match none. */
export const ROUTE_LABELS: readonly string[] = [
  ...OPERATIONS_TABLE.map((operation) => operation.operationId),
  'unmatched',
];
/** What a buyer does, and an objective is promised for. */
export const BUYING_ROUTES: readonly string[] = ['createHold', 'confirmHold', 'releaseHold'];
export const UNMATCHED_ROUTE = OPERATIONS_TABLE.length;

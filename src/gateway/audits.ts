import { actorOf } from '../domain/command.js';
import { refuseInput } from './ask.js';
import type { FieldError } from './fields.js';
import type { ApiRequest, GatewayContext } from './operation.js';
import { skuOf } from './parameters.js';
import type { Responder } from './responder.js';

/** `GET /v1/skus/{sku}/audit` */
export async function auditSku(
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const errors: FieldError[] = [];
  const sku = skuOf(request, errors);
  if (errors.length > 0) return refuseInput(responder, errors);
  answer(responder, await context.ledger.audit(sku));
}

/** `POST /v1/skus/{sku}/repair` */
export async function repairSku(
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const errors: FieldError[] = [];
  const sku = skuOf(request, errors);
  if (errors.length > 0) return refuseInput(responder, errors);
  const actor = actorOf(responder.requestId, request.principal.keyId, '');
  answer(responder, await context.ledger.repair(sku, actor));
}

function answer(responder: Responder, report: object | undefined): void {
  if (report === undefined) responder.problem('unknown_sku');
  else responder.ok(JSON.stringify(report));
}

/** `GET /v1/audit?partition=`: one partition is counted at once, however many SKUs it has. */
export async function auditPartition(
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const partitions = context.config.PARTITIONS;
  const query = [...new URLSearchParams(request.query)];
  const [name = 'partition', value = ''] = query[0] ?? [];
  const partition = /^[0-9]{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (query.length !== 1 || name !== 'partition' || !(partition < partitions)) {
    const detail = `must be a whole number from 0 to ${partitions - 1}, and the only parameter`;
    return refuseInput(responder, [{ pointer: '/query/partition', detail }]);
  }
  responder.ok(JSON.stringify(await context.ledger.auditPartition(partition)));
}

import { ask, refuse, refuseInput, unexpected } from './ask.js';
import type { FieldError } from './fields.js';
import type { ApiRequest, GatewayContext } from './operation.js';
import { skuOf } from './parameters.js';
import { renderSku } from './render.js';
import type { Responder } from './responder.js';

/** `GET /v1/skus/{sku}` */
export async function readSku(
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const errors: FieldError[] = [];
  const sku = skuOf(request, errors);
  if (errors.length > 0) return refuseInput(responder, errors);
  const outcome = await ask(context.actors, { kind: 'read_sku', sku });
  if (outcome.kind === 'refused') refuse(responder, outcome);
  else if (outcome.kind === 'sku') responder.ok(renderSku(outcome.view, outcome.now));
  else throw unexpected(outcome);
}

/** `GET /v1/skus/{sku}/live` */
export async function liveSku(
  context: GatewayContext,
  request: ApiRequest,
  responder: Responder,
): Promise<void> {
  const errors: FieldError[] = [];
  const sku = skuOf(request, errors);
  if (errors.length > 0) return refuseInput(responder, errors);
  if (context.live.isFull) {
    return responder.problem('overloaded', {
      detail: 'too many live streams are open',
      retryAfterSeconds: 5,
    });
  }
  // Asked once before the stream begins, so that an unknown SKU is a 404 and not a silent stream.
  const outcome = await ask(context.actors, { kind: 'read_sku', sku });
  if (outcome.kind === 'refused') refuse(responder, outcome);
  else if (outcome.kind === 'sku') context.live.open(responder, outcome.view, outcome.now);
  else throw unexpected(outcome);
}

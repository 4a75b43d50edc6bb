import { refuseInput } from './ask.js';
import type { FieldError } from './fields.js';
import type { ApiRequest, GatewayContext, Handler } from './operation.js';
import { skuOf } from './parameters.js';
import type { Responder } from './responder.js';

/** A handler of a path that names a SKU, where that is all there is to check. */
export function ofSku(
  handle: (sku: string, context: GatewayContext, request: ApiRequest, responder: Responder) => Promise<void>,
): Handler {
  return (context, request, responder) => {
    const errors: FieldError[] = [];
    const sku = skuOf(request, errors);
    if (errors.length > 0) return refuseInput(responder, errors);
    return handle(sku, context, request, responder);
  };
}

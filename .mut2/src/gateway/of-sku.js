import { refuseInput } from './ask.js';
import { skuOf } from './parameters.js';
/** A handler of a path that names a SKU, where that is all there is to check. */
export function ofSku(handle) {
    return (context, request, responder) => {
        const errors = [];
        const sku = skuOf(request, errors);
        if (errors.length > 0)
            return refuseInput(responder, errors);
        return handle(sku, context, request, responder);
    };
}
//# sourceMappingURL=of-sku.js.map
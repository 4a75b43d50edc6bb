import { ask, refuse, unexpected } from './ask.js';
import { ofSku } from './of-sku.js';
import { renderSku } from './render.js';
/** `GET /v1/skus/{sku}` */
export const readSku = ofSku(async (sku, context, _request, responder) => {
    const outcome = await ask(context.actors, { kind: 'read_sku', sku });
    if (outcome.kind === 'refused')
        refuse(responder, outcome);
    else if (outcome.kind === 'sku')
        responder.ok(renderSku(outcome.view, outcome.now));
    else
        throw unexpected(outcome);
});
/** `GET /v1/skus/{sku}/live` */
export const liveSku = ofSku(async (sku, context, _request, responder) => {
    if (context.live.isFull) {
        return responder.problem('overloaded', {
            detail: 'too many live streams are open',
            retryAfterSeconds: 5,
        });
    }
    // Asked once before the stream begins, so that an unknown SKU is a 404 and not a silent stream.
    const outcome = await ask(context.actors, { kind: 'read_sku', sku });
    if (outcome.kind === 'refused')
        refuse(responder, outcome);
    else if (outcome.kind === 'sku')
        context.live.open(responder, outcome.view, outcome.now);
    else
        throw unexpected(outcome);
});
//# sourceMappingURL=skus.js.map
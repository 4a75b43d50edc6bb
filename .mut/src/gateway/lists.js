import { HOLD_STATES } from '../domain/hold.js';
import { partitionOf } from '../domain/partition.js';
import { SKU_STATES } from '../domain/sku.js';
import { ask, refuse, refuseInput } from './ask.js';
import { pageQueryOf, skuOf } from './parameters.js';
import { renderHold, renderManagedSku } from './render.js';
/** `GET /v1/skus`, in the order of SKUs by code unit. */
export async function listSkus(context, request, responder) {
    const errors = [];
    const page = pageQueryOf(request.query, SKU_STATES, ['state', 'limit', 'after'], errors);
    if (errors.length > 0)
        return refuseInput(responder, errors);
    const { limit, after, state } = page;
    // One more than asked tells whether there is a next page.
    const filter = { limit: limit + 1, after, ...(state === undefined ? {} : { state }) };
    const { items, now } = await context.actors.listSkus(filter);
    const shown = items.slice(0, limit);
    const next = items.length > limit ? JSON.stringify(shown.at(-1)?.sku) : 'null';
    responder.ok(`{"items":[${shown.map((view) => renderManagedSku(view, now)).join(',')}],"next":${next}}`);
}
/** `GET /v1/skus/{sku}/holds`, from the ledger, in the order of creation. */
export async function listHolds(context, request, responder) {
    const errors = [];
    const sku = skuOf(request, errors);
    const names = ['state', 'buyerId', 'limit', 'after'];
    const { limit, after, state, buyerId } = pageQueryOf(request.query, HOLD_STATES, names, errors);
    if (errors.length > 0)
        return refuseInput(responder, errors);
    const page = await context.ledger.listHolds({
        sku,
        partition: partitionOf(sku, context.config.PARTITIONS),
        limit,
        after,
        ...(state === undefined ? {} : { state }),
        ...(buyerId === undefined ? {} : { buyerId }),
    });
    if (page.items.length === 0 && after === '') {
        // Nobody bought it yet, or there is no such SKU: only the store can tell.
        const outcome = await ask(context.actors, { kind: 'read_sku', sku });
        if (outcome.kind === 'refused' && outcome.code === 'unknown_sku')
            return refuse(responder, outcome);
    }
    const items = page.items.map(renderHold).join(',');
    responder.ok(`{"items":[${items}],"next":${JSON.stringify(page.next)},"seq":${page.seq}}`);
}
//# sourceMappingURL=lists.js.map
import { actorOf } from '../domain/command.js';
import { REASON_LENGTH_MAX, TOTAL_MAX } from '../domain/identifiers.js';
import { partitionOf } from '../domain/partition.js';
import { ask, refuse, refuseInput, unexpected } from './ask.js';
import { decodeBody, integer, nullable, optional, reserve, text, time, unitsOf, } from './fields.js';
import { ofSku } from './of-sku.js';
import { checkIdempotencyKey, skuOf } from './parameters.js';
import { renderManagedSku } from './render.js';
/** Shortest `holdTtlMs`, milliseconds: a shorter hold could end before its answer arrives. */
export const HOLD_TTL_MS_MIN = 100;
function ruleFields(config) {
    return {
        buyerLimit: nullable(integer(0, TOTAL_MAX), 0),
        holdTtlMs: optional(integer(HOLD_TTL_MS_MIN, config.HOLD_TTL_MS_MAX)),
        reserved: optional(reserve(TOTAL_MAX)),
        opensAt: nullable(time(), 0),
        closesAt: nullable(time(), 0),
    };
}
/** Rules between fields. */
function relationErrors(body) {
    const { opensAt = 0, closesAt = 0 } = body;
    if (opensAt === 0 || closesAt === 0 || closesAt > opensAt)
        return [];
    return [{ pointer: '/closesAt', detail: 'must be after opensAt' }];
}
/** `PUT /v1/skus/{sku}` */
export async function defineSku(context, request, responder) {
    const errors = [];
    const sku = skuOf(request, errors);
    const decoded = decodeBody(request.body, {
        total: integer(0, TOTAL_MAX),
        ...ruleFields(context.config),
    });
    if (!decoded.ok)
        return refuseInput(responder, [...errors, ...decoded.errors]);
    const { total, ...rules } = decoded.value;
    const reserved = unitsOf(rules.reserved ?? { units: 0 }, total);
    errors.push(...relationErrors(rules));
    if (reserved > total)
        errors.push({ pointer: '/reserved', detail: `must be at most total, ${total}` });
    if (errors.length > 0)
        return refuseInput(responder, errors);
    const definition = {
        sku,
        total,
        reserved,
        buyerLimit: rules.buyerLimit ?? 0,
        holdTtlMs: rules.holdTtlMs ?? context.config.HOLD_TTL_MS,
        opensAt: rules.opensAt ?? 0,
        closesAt: rules.closesAt ?? 0,
    };
    const command = { kind: 'define', definition, actor: adminActor(request, responder) };
    const outcome = await askForSku(context, responder, command);
    if (outcome === undefined)
        return;
    const body = renderManagedSku(outcome.view, outcome.now);
    if (outcome.changed)
        responder.send('created', 201, 'application/json', body, [['Location', `/v1/skus/${sku}`]]);
    else
        responder.ok(body);
}
/** `PATCH /v1/skus/{sku}` */
export async function patchSku(context, request, responder) {
    const errors = [];
    const sku = skuOf(request, errors);
    const decoded = decodeBody(request.body, ruleFields(context.config));
    errors.push(...patchErrors(decoded));
    if (!decoded.ok || errors.length > 0)
        return refuseInput(responder, errors);
    const patch = { sku, ...decoded.value };
    await change(context, responder, { kind: 'patch', patch, actor: adminActor(request, responder) });
}
function patchErrors(decoded) {
    if (!decoded.ok)
        return decoded.errors;
    if (Object.keys(decoded.value).length === 0)
        return [{ pointer: '', detail: 'names no rule to change' }];
    return relationErrors(decoded.value);
}
const ADJUSTMENT_FIELDS = {
    delta: integer(-TOTAL_MAX, TOTAL_MAX),
    reason: text(1, REASON_LENGTH_MAX),
};
/** `POST /v1/skus/{sku}/stock` */
export async function adjustStock(context, request, responder) {
    const errors = [];
    const sku = skuOf(request, errors);
    checkIdempotencyKey(request.idempotencyKey, true, errors);
    const decoded = decodeBody(request.body, ADJUSTMENT_FIELDS);
    if (!decoded.ok)
        return refuseInput(responder, [...errors, ...decoded.errors]);
    const { delta, reason } = decoded.value;
    if (delta === 0)
        errors.push({ pointer: '/delta', detail: 'must not be 0' });
    if (errors.length > 0)
        return refuseInput(responder, errors);
    // A scope of its own: no storefront credential contains the colon.
    context.minter.scope('admin:stock', sku, request.idempotencyKey);
    const adjustmentId = context.minter.mint(partitionOf(sku, context.config.PARTITIONS));
    const actor = adminActor(request, responder);
    await change(context, responder, { kind: 'adjust', sku, delta, reason, adjustmentId, actor });
}
/** `POST /v1/skus/{sku}/open`, `/pause`, `/close` */
export function changeState(action) {
    return ofSku(async (sku, context, request, responder) => {
        const actor = adminActor(request, responder);
        await change(context, responder, { kind: 'change_state', sku, action, actor });
    });
}
function adminActor(request, responder) {
    return actorOf(responder.requestId, request.principal.keyId, '');
}
async function change(context, responder, command) {
    const outcome = await askForSku(context, responder, command);
    if (outcome !== undefined)
        responder.ok(renderManagedSku(outcome.view, outcome.now));
}
/** The SKU after the command; `undefined` when it was refused, which is answered then. */
async function askForSku(context, responder, command) {
    const outcome = await ask(context.actors, command);
    if (outcome.kind === 'sku')
        return outcome;
    if (outcome.kind !== 'refused')
        throw unexpected(outcome);
    refuse(responder, outcome);
    return undefined;
}
//# sourceMappingURL=definitions.js.map
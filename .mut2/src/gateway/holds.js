import { actorOf } from '../domain/command.js';
import { PAYMENT_REF_LENGTH_MAX } from '../domain/identifiers.js';
import { refused } from '../domain/outcome.js';
import { partitionOf } from '../domain/partition.js';
import { ask, refuse, refuseInput, unexpected } from './ask.js';
import { decodeBody, text } from './fields.js';
import { checkIdempotencyKey } from './parameters.js';
import { renderHold } from './render.js';
import { keyOf } from './request-id.js';
import { formatTime } from './timestamps.js';
const REPLAYED = [['Idempotency-Replayed', 'true']];
/**
 * `POST /v1/holds`, the buying path: decode, look at the board, and only then ask. Most requests of a sale end at the board,
 * within the turn they came in.
 */
export function createHold(context, request, responder) {
    const decoded = context.decoder.decode(request.body);
    const given = request.idempotencyKey;
    const errors = [];
    checkIdempotencyKey(given, false, errors);
    if (!decoded.ok || errors.length > 0) {
        refuseInput(responder, decoded.ok ? errors : [...errors, ...decoded.errors]);
        return;
    }
    const { sku, buyerId, quantity, clientAddress } = decoded.value;
    const { credential, keyId } = request.principal;
    const hasKey = given !== '';
    const fingerprint = context.minter.scope(credential, sku, hasKey ? given : keyOf(responder.requestId));
    const verdict = context.board.look(sku, quantity, fingerprint);
    context.metrics.verdict(verdict);
    if (verdict !== 'ask' && verdict !== 'ask_new') {
        responder.refuseNow(verdict, membersOf(context, verdict));
        return;
    }
    // Nobody can repeat a key that was just minted.
    if (hasKey)
        context.board.remember(fingerprint);
    const holdId = context.minter.mint(partitionOf(sku, context.config.PARTITIONS));
    context.actors.submit({
        kind: 'hold',
        holdId,
        sku,
        buyerId,
        quantity,
        actor: actorOf(responder.requestId, keyId, clientAddress ?? ''),
        certainlyNew: !hasKey || verdict === 'ask_new',
    }, (outcome) => answerHeld(context, responder, holdId, outcome));
}
/** What the board knows besides: JSON members, each after a comma. */
function membersOf(context, code) {
    if (code === 'sold_out')
        return `,"available":${context.board.available}`;
    const { opensAt } = context.board;
    return code === 'not_open' && opensAt > 0 ? `,"opensAt":"${formatTime(opensAt)}"` : '';
}
function answerHeld(context, responder, holdId, outcome) {
    if (outcome.kind === 'hold') {
        const body = renderHold(outcome.hold);
        if (outcome.replayed)
            responder.send('replayed', 200, 'application/json', body, REPLAYED);
        else {
            const location = [['Location', `/v1/holds/${outcome.hold.holdId}`]];
            responder.send('created', 201, 'application/json', body, location);
        }
    }
    else if (outcome.kind === 'refused') {
        refuse(responder, outcome.code === 'outcome_unknown' ? { ...outcome, holdId } : outcome);
    }
    else
        failed(context, responder, outcome);
}
function failed(context, responder, outcome) {
    context.logger.error({ requestId: responder.requestId, error: unexpected(outcome) }, 'wrong kind of outcome');
    responder.problem('internal');
}
/** The hold id in the path when this deployment minted it for this credential; otherwise answers, without asking anybody. */
function genuineHoldId(context, request, responder) {
    const holdId = request.parameters[0] ?? '';
    const partition = context.minter.partitionOf(holdId, request.principal.credential);
    // Another deployment with the same secret may have more partitions: asking for one we lack would look like a lost store.
    if (partition !== undefined && partition < context.config.PARTITIONS)
        return holdId;
    responder.problem('unknown_hold');
    return undefined;
}
/** `GET /v1/holds/{holdId}`: from the store while it remembers, from the ledger after. */
export async function readHold(context, request, responder) {
    const holdId = genuineHoldId(context, request, responder);
    if (holdId === undefined)
        return;
    const outcome = await ask(context.actors, { kind: 'read_hold', holdId });
    if (isForgotten(outcome)) {
        const hold = await context.ledger.findHold(holdId);
        if (hold === undefined)
            refuse(responder, await refusalOfUnknown(context, { kind: 'read', holdId }));
        else
            responder.ok(renderHold(hold));
    }
    else
        answerHold(context, responder, outcome);
}
const CONFIRM_FIELDS = { paymentRef: text(1, PAYMENT_REF_LENGTH_MAX) };
/** `POST /v1/holds/{holdId}/confirm` */
export function confirmHold(context, request, responder) {
    const decoded = decodeBody(request.body, CONFIRM_FIELDS);
    if (!decoded.ok)
        return refuseInput(responder, decoded.errors);
    const holdId = genuineHoldId(context, request, responder);
    if (holdId === undefined)
        return undefined;
    const { paymentRef } = decoded.value;
    const actor = actorOf(responder.requestId, request.principal.keyId, '');
    return end(context, responder, { kind: 'confirm', holdId, paymentRef, actor });
}
/** `DELETE /v1/holds/{holdId}` */
export function releaseHold(context, request, responder) {
    const holdId = genuineHoldId(context, request, responder);
    if (holdId === undefined)
        return undefined;
    const actor = actorOf(responder.requestId, request.principal.keyId, '');
    return end(context, responder, { kind: 'release', holdId, actor });
}
async function end(context, responder, command) {
    const outcome = await ask(context.actors, command);
    if (!isForgotten(outcome))
        return answerHold(context, responder, outcome);
    const hold = await context.ledger.findHold(command.holdId);
    const settled = hold === undefined ? await refusalOfUnknown(context, command) : settle(hold, command);
    if (settled.kind === 'refused')
        refuse(responder, settled);
    else
        responder.ok(renderHold(settled.hold));
}
/**
 * Neither store knows the hold, and its id is genuine: where the stock store was once lost it was, too, and the operator is told,
 * with what was paid for it. Elsewhere there never was such a hold.
 */
async function refusalOfUnknown(context, command) {
    const { kind, holdId, paymentRef } = command;
    const wasLost = await context.ledger.noteUncertainHold(holdId, kind, paymentRef);
    return wasLost ? refused('hold_expired', { holdId }) : refused('unknown_hold');
}
/** What the ledger's hold, which the store has forgotten because it ended long ago, means for a late confirm or release. */
function settle(hold, command) {
    // The ledger is behind the store: a hold it believes live but the store does not know is none.
    if (hold.state === 'held')
        return refused('unknown_hold');
    const isRepeat = command.kind === 'confirm'
        ? hold.state === 'confirmed' && hold.paymentRef === command.paymentRef
        : hold.state === 'released';
    if (isRepeat)
        return { kind: 'hold', hold };
    const { holdId } = hold;
    if (hold.state === 'confirmed')
        return refused('hold_confirmed', { holdId, paymentRef: hold.paymentRef });
    return refused(hold.state === 'released' ? 'hold_released' : 'hold_expired', { holdId });
}
function isForgotten(outcome) {
    return outcome.kind === 'refused' && outcome.code === 'unknown_hold';
}
function answerHold(context, responder, outcome) {
    if (outcome.kind === 'hold')
        responder.ok(renderHold(outcome.hold));
    else if (outcome.kind === 'refused')
        refuse(responder, outcome);
    else
        failed(context, responder, outcome);
}
//# sourceMappingURL=holds.js.map
import { refused } from '../domain/outcome.js';
import { isRead } from './submission.js';
/**
 * What became of one command, from what the store said of its item. The one place where "unknown" is told from
 * "failed": see the table in `settlement.ts`.
 */
export function outcomeOf(submission, result, redisNow) {
    switch (result.kind) {
        case 'created':
            return createdHold(submission, result.expiresAt);
        case 'hold':
            return heldOutcome(submission, result.hold, result.replayed);
        case 'sku':
            return { kind: 'sku', view: result.view, changed: result.changed, now: redisNow };
        case 'refused':
            // While nothing new may be held, a hold is only looked for.
            if (submission.onlyReplay && result.refusal.code === 'unknown_hold')
                return ledgerTooFarBehind();
            return refusalOf(result.refusal);
    }
}
export function createdHold({ holdId, sku, buyerId, quantity }, expiresAt) {
    const hold = { state: 'held', holdId, sku, buyerId, quantity, expiresAt };
    return { kind: 'hold', hold, replayed: false };
}
function heldOutcome(submission, hold, replayed) {
    const { command } = submission;
    if (command.kind !== 'hold')
        return { kind: 'hold', hold, replayed };
    if (submission.onlyReplay && !isSameRequest(submission, hold))
        return refused('idempotency_mismatch');
    // Found because our own first attempt made it: to the buyer it is new.
    const isOurs = submission.attempted && command.certainlyNew && hold.state === 'held';
    return { kind: 'hold', hold, replayed: !isOurs };
}
function isSameRequest(submission, hold) {
    return (hold.sku === submission.sku &&
        hold.buyerId === submission.buyerId &&
        hold.quantity === submission.quantity);
}
function refusalOf(refusal) {
    switch (refusal.code) {
        case 'too_late':
            // The scripts look for an earlier attempt before they look at the time: so none of the attempts happened, and none can.
            return unavailable('The command waited too long for the stock store and was not done');
        case 'not_open':
            return refused('not_open', { opensAt: refusal.opensAt });
        case 'sold_out':
        case 'insufficient_stock':
            return refused(refusal.code, { available: refusal.available });
        case 'buyer_limit': {
            const { limit, remaining, holdIds } = refusal;
            return refused('buyer_limit', { limit, remaining, holdIds });
        }
        case 'hold_expired':
        case 'hold_released':
        case 'hold_confirmed': {
            const { hold } = refusal;
            const paymentRef = hold.state === 'confirmed' ? { paymentRef: hold.paymentRef } : {};
            return refused(refusal.code, { holdId: hold.holdId, ...paymentRef });
        }
        case 'recount_is_old':
        case 'gives_back':
            // Answers to the auditor, whose calls come from no command.
            return unavailable('The stock was recounted meanwhile');
        case 'total_out_of_range':
            return refused('invalid_request', {
                detail: 'The total would be below 0 or above 1,000,000,000 units',
            });
        default:
            return refused(refusal.code);
    }
}
export function unavailable(detail) {
    return refused('unavailable', { detail, retryAfterSeconds: 1 });
}
export function ledgerTooFarBehind() {
    return unavailable('The stock store is nearly full: nothing new can be held for now');
}
/** What a store that went back means for a command: one whose earlier attempt may have happened is not refused but unknown. */
export function ofRolledBack({ attempted, command, holdId }) {
    if (attempted && !isRead(command))
        return outcomeUnknown(holdId);
    return refused('store_rolled_back', { retryAfterSeconds: 30 });
}
/**
 * The honest answer to a command that was not settled in time. One that may have reached Redis may or may not have
 * happened; a read changes nothing, and one that never left has certainly not happened.
 */
export function outOfTime(submission, mayHaveLeft) {
    const { command } = submission;
    if (isRead(command))
        return unavailable('The stock store did not answer in time');
    if (!mayHaveLeft)
        return refused('overloaded', { retryAfterSeconds: 1 });
    return outcomeUnknown(submission.holdId);
}
export function outcomeUnknown(holdId) {
    return refused('outcome_unknown', { retryAfterSeconds: 1, ...(holdId === '' ? {} : { holdId }) });
}
//# sourceMappingURL=resolution.js.map
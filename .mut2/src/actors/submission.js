import { partitionOfHoldId } from '../domain/hold-id.js';
import { partitionOf } from '../domain/partition.js';
/** In the order of a flush: what gives stock back and what was paid for goes before new holds. */
export const LANES = ['release', 'confirm', 'hold', 'single', 'read_holds', 'read_skus'];
/**
 * A command on its way. One class for all kinds, with every field set: it is passed to the store as the item of a call as it
 * is, and one shape keeps the hot path fast. Fields that a kind does not have stay empty.
 */
export class Submission {
    ticket;
    command;
    lane;
    partition;
    holdId;
    sku;
    buyerId;
    quantity;
    paymentRef;
    actor;
    /** Redis time, milliseconds, the same for every attempt: once it passed, nothing can happen any more. */
    notAfter = 0;
    /** Monotonic milliseconds: when the gateway sent it on (or a little before), and when it must be answered. */
    sentAt = 0;
    deadline = 0;
    /** Whether an attempt may have reached Redis with its reply lost. */
    attempted = false;
    /** What an attempt after a lost one was told: the answer once the lost one can no longer happen. */
    refusal = undefined;
    /** A change without a key that is done, told once no earlier attempt can do it again: after `doneUntil`, Redis time. */
    done = undefined;
    doneUntil = 0;
    answered = false;
    /** Read the hold instead of making one: nothing new may be held, but a replay must be answered. */
    onlyReplay;
    /** The actor that admitted it, while its units count as unsettled there. */
    admittedBy = undefined;
    constructor(ticket, command, lane, partition) {
        this.ticket = ticket;
        this.command = command;
        this.lane = lane;
        this.partition = partition;
        this.onlyReplay = command.kind === 'hold' && lane === 'read_holds';
        this.holdId = 'holdId' in command ? command.holdId : '';
        this.sku = skuOf(command);
        this.buyerId = command.kind === 'hold' ? command.buyerId : '';
        this.quantity = command.kind === 'hold' ? command.quantity : 0;
        this.paymentRef = command.kind === 'confirm' ? command.paymentRef : '';
        this.actor = 'actor' in command ? command.actor : '';
    }
}
export const LANE_OF = {
    hold: 'hold',
    confirm: 'confirm',
    release: 'release',
    read_hold: 'read_holds',
    read_sku: 'read_skus',
    define: 'single',
    patch: 'single',
    change_state: 'single',
    adjust: 'single',
};
/** Where a command belongs, by the hold or the SKU it names. */
export function partitionOfCommand(command, partitions) {
    return 'holdId' in command ? partitionOfHoldId(command.holdId) : partitionOf(skuOf(command), partitions);
}
/** The SKU a command names; empty for those that name a hold. */
export function skuOf(command) {
    switch (command.kind) {
        case 'define':
            return command.definition.sku;
        case 'patch':
            return command.patch.sku;
        case 'confirm':
        case 'release':
        case 'read_hold':
            return '';
        default:
            return command.sku;
    }
}
export function isRead(command) {
    return command.kind === 'read_hold' || command.kind === 'read_sku';
}
/** Whether a change has no key by which the scripts would know that it was done before. */
export function isKeyless({ kind }) {
    return kind === 'change_state' || kind === 'patch';
}
/** The call of a command that travels alone. */
export function singleCall(submission) {
    const { command, notAfter } = submission;
    switch (command.kind) {
        case 'define':
            return { operation: 'define', definition: command.definition, notAfter, actor: command.actor };
        case 'patch':
            return { operation: 'patch', patch: command.patch, notAfter, actor: command.actor };
        case 'change_state': {
            const { sku, action, actor } = command;
            return { operation: 'change_state', sku, action, notAfter, actor };
        }
        case 'adjust': {
            const { sku, adjustmentId, delta, reason, actor } = command;
            return { operation: 'adjust', sku, adjustmentId, delta, reason, notAfter, actor };
        }
        default:
            throw new TypeError(`${command.kind} does not travel alone`);
    }
}
//# sourceMappingURL=submission.js.map
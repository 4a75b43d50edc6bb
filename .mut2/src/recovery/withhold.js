import { actorOf } from '../domain/command.js';
import { callAll, StockFailed } from './stock.js';
const SKUS_PER_WRITE = 200;
/** In case both clocks are wrong: nothing else can happen in a store that only we may use. */
const NOT_AFTER_MS = 24 * 3600 * 1000;
/**
 * Takes the uncertain units off sale and pauses what was on sale, by ordinary calls, whose events say so in the ledger. Repeating
 * it changes nothing: what is to be reserved was decided once. A sale that has not begun stays scheduled.
 */
export async function withholdAndPause(options) {
    const { skus, store } = options;
    for (let from = 0; from < skus.length; from += SKUS_PER_WRITE) {
        const part = skus.slice(from, from + SKUS_PER_WRITE);
        const calls = part.flatMap((sku) => callsOf(options, sku));
        const replies = await callAll(store, calls);
        for (const [index, { results }] of replies.entries()) {
            const result = results[0];
            if (result?.kind !== 'refused')
                continue;
            const { operation, partition } = calls[index];
            // Its `closesAt` came meanwhile: it is not on sale either way.
            if (operation === 'change_state' && result.refusal.code === 'closed')
                continue;
            throw new StockFailed(`${operation} in partition ${partition} was refused: ${result.refusal.code}.`);
        }
        for (const _ of part)
            options.progress();
    }
}
function callsOf(options, sku) {
    const { epoch, recovery, now, disagreeing } = options;
    const common = {
        partition: sku.partition,
        epoch,
        seqSeen: 0,
        notAfter: now + NOT_AFTER_MS,
        actor: actorOf(`recovery-${recovery}`, '', ''),
    };
    const found = disagreeing.get(sku.sku);
    const units = found === undefined ? sku.reservedAfter : found.reserved + Math.min(sku.withheld, found.available);
    const calls = [];
    if (sku.withheld > 0) {
        calls.push({ ...common, operation: 'patch', patch: { sku: sku.sku, reserved: { units } } });
    }
    if (sku.stateBefore === 'open' || isDue(sku, now)) {
        calls.push({ ...common, operation: 'change_state', sku: sku.sku, action: 'pause' });
    }
    return calls;
}
/** A sale whose time has come would open by itself the moment somebody looked at it. */
function isDue({ stateBefore, opensAt }, now) {
    return stateBefore === 'scheduled' && opensAt > 0 && opensAt <= now;
}
//# sourceMappingURL=withhold.js.map
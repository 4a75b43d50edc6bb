import { CHANGE_KINDS } from '../domain/event.js';
import { viewsOf } from '../events/codec.js';
import { CHANGE_WIDTH, ChangeField, SKU_WIDTH } from '../events/stored-event.js';
import { call, eachEvent } from './recount.js';
/** The script brings a recount on over a few events by itself; older ones are brought near before, so often. */
const ATTEMPTS = 50;
/** A repair that Redis did not see by then (Redis time) must not happen any more. */
const VALID_MS = 5000;
/**
 * Takes what is not there off the sale. The script does it at exactly the seq it finds, and only when few events lie between
 * that and the recount; so the events since are added to the recount first. Rejects with `LedgerUnavailable`.
 */
export async function withhold(ports, recounted, actor) {
    let current = recounted;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const reply = await repair(ports, current, 0, actor);
        if (refusalOf(reply) !== 'recount_is_old')
            return outcomeOf(reply, current);
        const next = await rolledOn(ports, current, reply.seq);
        if (next === undefined)
            return { kind: 'refused', detail: 'the events since the recount were trimmed away' };
        current = next;
    }
    return { kind: 'refused', detail: `the partition moved on before each of ${ATTEMPTS} attempts` };
}
/** Puts back on sale what `first` and `second` both found, with nothing between them. Rejects with `LedgerUnavailable`. */
export async function giveBack(ports, first, second, actor) {
    const reply = await repair(ports, first, second.seq, actor);
    return outcomeOf(reply, first);
}
async function repair(ports, { partition, sku, seq, counters }, secondSeq, actor) {
    const scope = { partition, epoch: ports.epoch, seqSeen: seq };
    const { now } = await call(ports, { ...scope, operation: 'head' });
    return call(ports, {
        ...scope,
        operation: 'repair',
        ...{ sku, seq, counters, secondSeq, notAfter: now + VALID_MS, actor },
    });
}
function refusalOf({ results }) {
    const result = results[0];
    return result?.kind === 'refused' ? result.refusal.code : undefined;
}
function outcomeOf(reply, { counters }) {
    const result = reply.results[0];
    if (result?.kind === 'sku')
        return { kind: 'repaired', seq: reply.seq, units: counters.available };
    return { kind: 'refused', detail: `the script answered ${refusalOf(reply) ?? 'nothing'}` };
}
/** The recount as of `seq`; `undefined` when some of the events until there are gone. */
async function rolledOn(ports, recounted, seq) {
    let { counters } = recounted;
    const complete = await eachEvent(ports.source, recounted.partition, recounted.seq, seq, (event) => {
        counters = afterEvent(counters, recounted.sku, event);
    });
    return complete ? { ...recounted, seq, counters } : undefined;
}
/** What an event means for counters that are right, whatever it says of those in the store. */
export function afterEvent(before, sku, event) {
    let { total, held, sold, reserved } = before;
    const { changes, skus } = event;
    for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
        const place = changes[base + ChangeField.sku] - 1;
        if (skus[place * SKU_WIDTH] !== sku)
            continue;
        const units = changes[base + ChangeField.units];
        const kind = CHANGE_KINDS[changes[base]];
        if (kind === 'held')
            held += units;
        else if (kind === 'confirmed') {
            held -= units;
            sold += units;
        }
        else if (kind === 'released' || kind === 'expired')
            held -= units;
        else if (kind === 'adjusted')
            total += units;
        else if (changesReserve(kind, changes[base + ChangeField.detail]))
            reserved = viewsOf(event)[place].reserved;
    }
    return { total, available: total - held - sold - reserved, held, sold, reserved };
}
/** The same rule as in `queries/sum-history.sql`. */
function changesReserve(kind, detail) {
    return (kind === 'patched' || kind === 'repaired') && detail.includes('"reserved":');
}
//# sourceMappingURL=repairs.js.map
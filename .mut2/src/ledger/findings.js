import { isConserved } from '../domain/sku.js';
export function evidenceOf({ total, available, held, sold, reserved }, rest) {
    return { ...rest, counters: { total, available, held, sold, reserved } };
}
const NOTHING = { total: 0, available: 0, held: 0, sold: 0, reserved: 0 };
const NAMES = ['total', 'available', 'held', 'sold', 'reserved'];
export function reportOf(sku, evidence) {
    const { seq, counters, held, buyers, undated, ledger } = evidence;
    const differences = [...differencesOf(evidence)];
    return {
        sku,
        conserved: differences.length === 0,
        seq,
        counters,
        recounted: { held, buyers, withoutDeadline: undated },
        ledger: { seq, ...(ledger ?? NOTHING) },
        differences,
        remedy: differences.length === 0 ? 'none' : remedyOf(evidence).remedy,
    };
}
/** One sentence for each disagreement. */
function* differencesOf({ counters, held, buyers, undated, ledger }) {
    if (!isConserved(counters)) {
        const { total, available, sold, reserved } = counters;
        yield `Redis: total is ${total}, but available ${available} + held ${counters.held} + sold ${sold} + reserved ${reserved} is ${available + counters.held + sold + reserved}.`;
    }
    if (counters.held !== held) {
        yield `Redis: the counter says ${counters.held} units are held, but the live holds add up to ${held}.`;
    }
    if (undated > 0) {
        yield `Redis: ${undated} live holds have no entry among the deadlines; each ends only when it is next asked for after its deadline.`;
    }
    if (counters.held + counters.sold !== buyers) {
        yield `Redis: ${counters.held + counters.sold} units are held or sold, but the buyers' records add up to ${buyers}.`;
    }
    if (ledger === undefined) {
        yield 'Postgres: the ledger has no history of this SKU.';
        return;
    }
    for (const name of NAMES) {
        if (counters[name] !== ledger[name]) {
            yield `Postgres: ${name} is ${counters[name]} in Redis, but the ledger's history adds up to ${ledger[name]}.`;
        }
    }
}
const BY_HAND = { remedy: 'by_hand' };
/**
 * Counters may be put right only where everything else agrees: holds one by one and buyers one by one in Redis, and the
 * ledger. Then they alone are wrong. All other disagreements are a person's.
 */
export function remedyOf({ counters, held, buyers, ledger }) {
    if (ledger === undefined || held !== ledger.held || buyers !== ledger.held + ledger.sold)
        return BY_HAND;
    if (NAMES.every((name) => counters[name] === ledger[name]))
        return BY_HAND;
    if (ledger.available >= 0) {
        const remedy = ledger.available <= counters.available ? 'withhold' : 'give_back';
        return { remedy, counters: ledger };
    }
    // More was promised than there is, which no counters can say. But nothing more is to be sold.
    if (counters.available === 0 || !isConserved(counters))
        return BY_HAND;
    const reserved = counters.reserved + counters.available;
    return { remedy: 'withhold', counters: { ...counters, available: 0, reserved } };
}
//# sourceMappingURL=findings.js.map
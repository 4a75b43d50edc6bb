import type { AuditReport, Remedy } from '../domain/ports.js';
import { isConserved, type SkuCounters, type SkuView } from '../domain/sku.js';

/** All that is known of the stock of one SKU, at one seq. */
export interface Evidence {
  readonly seq: number;
  /** As the store keeps them. */
  readonly counters: SkuCounters;
  /** Counted in Redis: units of live holds, units in buyers' records, live holds that no deadline ends. */
  readonly held: number;
  readonly buyers: number;
  readonly undated: number;
  /** What the ledger's history adds up to; `undefined` where there is none. */
  readonly ledger: SkuCounters | undefined;
}

export function evidenceOf(
  { total, available, held, sold, reserved }: SkuView,
  rest: Omit<Evidence, 'counters'>,
): Evidence {
  return { ...rest, counters: { total, available, held, sold, reserved } };
}

const NOTHING: SkuCounters = { total: 0, available: 0, held: 0, sold: 0, reserved: 0 };
const NAMES = ['total', 'available', 'held', 'sold', 'reserved'] as const;

export function reportOf(sku: string, evidence: Evidence): AuditReport {
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
function* differencesOf({ counters, held, buyers, undated, ledger }: Evidence): Generator<string> {
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

/** What can be done about it, and what the counters then become. */
export type Finding =
  | { readonly remedy: Exclude<Remedy, 'withhold' | 'give_back'> }
  | { readonly remedy: 'withhold' | 'give_back'; readonly counters: SkuCounters };

const BY_HAND: Finding = { remedy: 'by_hand' };

/**
 * Counters may be put right only where everything else agrees: holds one by one and buyers one by one in Redis, and the
 * ledger. Then they alone are wrong. All other disagreements are a person's.
 */
export function remedyOf({ counters, held, buyers, ledger }: Evidence): Finding {
  if (ledger === undefined || held !== ledger.held || buyers !== ledger.held + ledger.sold) return BY_HAND;
  if (NAMES.every((name) => counters[name] === ledger[name])) return BY_HAND;
  if (ledger.available >= 0) {
    const remedy = ledger.available <= counters.available ? 'withhold' : 'give_back';
    return { remedy, counters: ledger };
  }
  // More was promised than there is, which no counters can say. But nothing more is to be sold.
  if (counters.available === 0 || !isConserved(counters)) return BY_HAND;
  const reserved = counters.reserved + counters.available;
  return { remedy: 'withhold', counters: { ...counters, available: 0, reserved } };
}

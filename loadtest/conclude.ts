import { SETTINGS } from '../src/settings.js';
import type { LoadRecords } from './buyers/load.js';
import { eventually } from './consistency/eventually.js';
import { type Journal, Outcome } from './consistency/journal.js';
import type { SoldSku } from './consistency/records.js';
import type { Stores } from './consistency/stores.js';
import { verifyRecords } from './consistency/verify.js';
import type { Engine } from './engine.js';
import type { Consistency } from './result.js';

/** After a rush of half a million holds the ledger has some seconds to do. */
const DRAIN_LIMIT_MS = 120_000;
/** Of the engine's machine and this one, at most. */
const CLOCKS_APART_MS = 60_000;

/** Waits until Postgres has every event Redis has; false when it does not within two minutes. */
export async function ledgerDrained(stores: Stores): Promise<boolean> {
  return await eventually(async () => {
    const [heads, positions] = [await stores.redisHeads(), await stores.ledgerPositions()];
    return heads.every(({ seq }, partition) => (positions[partition] ?? 0) >= seq);
  }, DRAIN_LIMIT_MS);
}

/** Waits for the ledger, then holds both stores against what the buyers were told. */
export async function concludeConsistency(
  records: LoadRecords,
  skus: readonly SoldSku[],
  engine: Engine,
): Promise<Consistency> {
  const { journal, violations, unknown, unresolved } = records;
  const { stores, operations } = engine;
  const began = performance.now();
  // That it did not come to rest is found and said by the verifier.
  await ledgerDrained(stores);
  const drainSeconds = (performance.now() - began) / 1000;
  const ask = async (path: string): Promise<{ status: number; body: string }> => {
    const { status, body } = await operations.call('GET', path);
    return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };
  const forgottenBefore = Date.now() - SETTINGS.IDEMPOTENCY_RETENTION_MS.initial + CLOCKS_APART_MS;
  const known = { journal, skus, violations, unresolved, forgottenBefore };
  const verdict = await verifyRecords(known, stores, ask);
  const { missing, oversold, auditDifferences, broken } = verdict;
  const isKept = missing === 0 && oversold === 0 && auditDifferences === 0 && broken.length === 0;
  const accepted = acceptedIn(journal);
  return { ...verdict, keys: journal.length, accepted, unknown, unresolved, drainSeconds, isKept };
}

function acceptedIn(journal: Journal): number {
  let accepted = 0;
  for (let index = 0; index < journal.length; index += 1) {
    if (journal.outcome(index) === Outcome.acknowledged) accepted += 1;
  }
  return accepted;
}

import { EngineUnreachable, type HttpClient } from '../src/cli/http-client.js';
import type { LoadRecords } from './buyers/load.js';
import type { Ask } from './consistency/audit.js';
import { eventually } from './consistency/eventually.js';
import { type Journal, Outcome } from './consistency/journal.js';
import type { SoldSku } from './consistency/records.js';
import type { Stores } from './consistency/stores.js';
import type { Verdict } from './consistency/verdict.js';
import { verifyRecords } from './consistency/verify.js';
import { type Engine, reasonOf } from './engine.js';
import type { Consistency } from './result.js';

/** After a rush of half a million holds the ledger has some seconds to do. */
const DRAIN_LIMIT_MS = 120_000;
/** Of the engine's machine and this one, at most. */
const CLOCKS_APART_MS = 60_000;

/** Waits until Postgres has every event Redis has; false when it does not within the limit, two minutes where none is given. */
export async function ledgerDrained(stores: Stores, limitMs = DRAIN_LIMIT_MS): Promise<boolean> {
  return await eventually(async () => {
    const [heads, positions] = [await stores.redisHeads(), await stores.ledgerPositions()];
    return heads.every(({ seq }, partition) => (positions[partition] ?? 0) >= seq);
  }, limitMs);
}

/**
 * Waits for the ledger, then holds both stores against what the buyers were told. `retentionMs`: how long the engine's Redis keeps
 * holds that ended. An engine or a store that is gone is a promise that was not kept, and no reason to say nothing of the rest.
 */
export async function concludeConsistency(
  records: LoadRecords,
  skus: readonly SoldSku[],
  engine: Engine,
  retentionMs: number,
): Promise<Consistency> {
  const { journal, violations, unknown, unresolved } = records;
  const { stores, operations } = engine;
  const began = performance.now();
  // That it did not come to rest is found and said by the verifier.
  await ledgerDrained(stores);
  const drainSeconds = (performance.now() - began) / 1000;
  const forgottenBefore = Date.now() - retentionMs + CLOCKS_APART_MS;
  const known = { journal, skus, violations, unresolved, forgottenBefore };
  const verdict = await verifyRecords(known, stores, asking(operations)).catch(notCompared);
  const { missing, oversold, auditDifferences, broken } = verdict;
  const isKept = missing === 0 && oversold === 0 && auditDifferences === 0 && broken.length === 0;
  const accepted = acceptedIn(journal);
  return { ...verdict, keys: journal.length, accepted, unknown, unresolved, drainSeconds, isKept };
}

/** An engine that does not answer is waited for once, and not for each SKU again. */
function asking(operations: HttpClient): Ask {
  let gone: string | undefined;
  return async (path) => {
    if (gone === undefined) {
      try {
        const { status, body } = await operations.call('GET', path);
        return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
      } catch (error) {
        if (!(error instanceof EngineUnreachable)) throw error;
        gone = error.message;
      }
    }
    return { status: 0, body: gone };
  };
}

function notCompared(error: unknown): Verdict {
  const sentence = `Redis and Postgres could not be compared with what the buyers were told: ${reasonOf(error)}`;
  return { missing: 0, oversold: 0, auditDifferences: 0, broken: [sentence] };
}

function acceptedIn(journal: Journal): number {
  let accepted = 0;
  for (let index = 0; index < journal.length; index += 1) {
    if (journal.outcome(index) === Outcome.acknowledged) accepted += 1;
  }
  return accepted;
}

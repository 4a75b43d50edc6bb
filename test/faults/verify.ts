import { askOpenly } from '../../loadtest/consistency/audit.js';
import type { Verdict } from '../../loadtest/consistency/verdict.js';
import { verifyRecords } from '../../loadtest/consistency/verify.js';
import type { FinishedRound } from './scenario.js';

/** Everything that is promised, held against what the client was told; the audits asked of the round's own engine. */
export async function verifyRound({ round, records, stores }: FinishedRound): Promise<Verdict> {
  return await verifyRecords(records, stores, askOpenly(round.stack.engine.operationsUrl));
}

import type { Outcome } from '../domain/outcome.js';
import type { OwnEvent } from '../domain/own-event.js';
import type { BoardRow, ForeignKeys } from './board.js';
import type { Submission } from './submission.js';

/** Where a shard's answers and news go: a message port, or straight back to the caller. */
export interface Outlet<Ticket> {
  /** The most frequent answer, apart, because everything but the deadline is known where the command came from. */
  created(submission: Submission<Ticket>, expiresAt: number): void;
  answer(submission: Submission<Ticket>, outcome: Outcome): void;
  boardRow(row: BoardRow): void;
  /** Must end in `GatewayBoard.addForeignKeys`. */
  foreignKeys(keys: ForeignKeys): void;
  /** The fingerprints of all holds up to `seq` were given out: where the shard's next life may go on. */
  keysKnown(partition: number, seq: number): void;
  /** An event that this shard made is not in the store: see `OwnEventsParts.lost`. */
  lostEvent(event: OwnEvent): void;
}

import type { Clock, TimerHandle } from '../domain/ports.js';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import type { Logger } from '../observe/logger.js';

const LOOK_MS = 100;
/** How often, in looks, Postgres is asked what other engines saw. */
const LOOKS_A_QUESTION = 10;

export interface WitnessParts {
  readonly shared: SharedState;
  readonly partitions: number;
  readonly clock: Clock;
  /** Keeps in Postgres how far each partition had come. Rejects when it cannot be kept now. */
  readonly keep: (seqs: readonly number[]) => Promise<void>;
  /** What engines have kept so far of how far each partition had come, newest read. Rejects when it cannot be read now. */
  readonly kept: () => Promise<readonly number[]>;
  /** The same as it was when this engine started and compared it with the store. */
  readonly keptBefore: readonly number[];
  readonly logger: Pick<Logger, 'fatal' | 'debug'>;
}

/**
 * When any thread of this engine finds that the stock store went back, this says so, and keeps in Postgres how far the store had
 * come: else a restart, which knows only what the ledger had already, would sell again what was acknowledged. The other way
 * round it stops this engine when another one has kept that: the store may have been written on meanwhile, and then nothing else
 * shows this engine that something is gone.
 */
export class RollBackWitness {
  readonly #parts: WitnessParts;
  #timer: TimerHandle | undefined;
  #isStopped = false;
  #looks = 0;

  constructor(parts: WitnessParts) {
    this.#parts = parts;
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    if (!this.#isStopped) this.#timer = this.#parts.clock.setTimer(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { shared, partitions, keep, logger } = this.#parts;
    if (!shared.hasStop(StopReason.StoreRolledBack)) await this.#askOthers();
    if (!shared.hasStop(StopReason.StoreRolledBack)) return this.#lookLater();
    const seqs = Array.from({ length: partitions }, (_, partition) => shared.seqSeen(partition));
    try {
      await keep(seqs);
      this.stop();
      logger.fatal(
        { code: 'store_rolled_back' },
        'Redis lost acknowledged writes: nothing is sold, also after a restart, until it has its newest append-only file again or `npm run recover` was run',
      );
    } catch (error) {
      // Postgres is away: looked at again.
      logger.debug({ dependency: 'postgres', error }, 'How far Redis had come could not be kept yet');
      this.#lookLater();
    }
  }

  async #askOthers(): Promise<void> {
    this.#looks += 1;
    if (this.#looks % LOOKS_A_QUESTION !== 0) return;
    const { shared, kept, keptBefore, logger } = this.#parts;
    try {
      const seqs = await kept();
      if (!seqs.some((seq, partition) => seq > (keptBefore[partition] ?? 0))) return;
      shared.raiseStop(StopReason.StoreRolledBack);
      logger.fatal({ code: 'store_rolled_back' }, 'Another engine found that Redis lost acknowledged writes');
    } catch (error) {
      logger.debug({ dependency: 'postgres', error }, 'What other engines saw of Redis could not be read');
    }
  }
}

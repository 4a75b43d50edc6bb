import type pg from 'pg';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import { type Deployment, raiseAcknowledged } from '../ledger/deployment.js';
import type { Logger } from '../observe/logger.js';

const LOOK_MS = 100;

/**
 * When any thread of this engine finds that the stock store went back, this says so, and keeps in Postgres how far the store had
 * come: else a restart, which knows only what the ledger had already, would sell again what was acknowledged.
 */
export class RollBackWitness {
  readonly #shared: SharedState;
  readonly #pool: pg.Pool;
  readonly #deployment: Deployment;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #isKeeping = false;

  constructor(parts: { shared: SharedState; pool: pg.Pool; deployment: Deployment; logger: Logger }) {
    this.#shared = parts.shared;
    this.#pool = parts.pool;
    this.#deployment = parts.deployment;
    this.#logger = parts.logger;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isKeeping || !this.#shared.hasStop(StopReason.StoreRolledBack)) return;
    this.#isKeeping = true;
    const { epoch, partitions } = this.#deployment;
    const seqs = Array.from({ length: partitions }, (_, partition) => this.#shared.seqSeen(partition));
    try {
      await raiseAcknowledged(this.#pool, epoch, seqs);
      this.stop();
      this.#logger.fatal(
        { code: 'store_rolled_back' },
        'Redis lost acknowledged writes: nothing is sold, also after a restart, until it has them again or an operator recovers it',
      );
    } catch (error) {
      // Postgres is away: looked at again.
      this.#logger.debug({ dependency: 'postgres', error }, 'How far Redis had come could not be kept yet');
      this.#isKeeping = false;
    }
  }
}

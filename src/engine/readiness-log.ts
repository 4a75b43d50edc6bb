import type { Clock, DependencyState, Readiness, TimerHandle } from '../domain/ports.js';
import type { Logger } from '../observe/logger.js';

const LOOK_MS = 100;

export interface ReadinessLogParts {
  /** Dependencies to look at; others write of themselves. */
  readonly names: readonly string[];
  readonly readiness: () => Readiness;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error' | 'info'>;
}

/** Writes to the log when `/readyz` begins or ends to call a dependency down, so that an outage has its two ends there. */
export class ReadinessLog {
  readonly #parts: ReadinessLogParts;
  readonly #down = new Set<string>();
  #timer: TimerHandle | undefined;

  constructor(parts: ReadinessLogParts) {
    this.#parts = parts;
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { names, readiness, clock } = this.#parts;
    const { dependencies } = readiness();
    for (const name of names) {
      const found = dependencies[name];
      if (found !== undefined) this.#compare(name, found);
    }
    this.#timer = clock.setTimer(LOOK_MS, () => this.#look());
  }

  #compare(name: string, found: DependencyState): void {
    const { logger } = this.#parts;
    if (found.state === 'down') {
      if (this.#down.has(name)) return;
      this.#down.add(name);
      logger.error({ dependency: name, detail: found.detail }, 'Not ready: a dependency is down');
    } else if (this.#down.delete(name)) logger.info({ dependency: name }, 'A dependency is back');
  }
}

import { type Clock, LedgerUnavailable } from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type { AuditStats } from '../domain/stats.js';
import type { AuditedSku, GuardOptions } from './audit.js';
import type { LedgerAlarm } from './messages.js';
import { Pause } from './pause.js';

export interface BackgroundAuditOptions {
  readonly partitions: number;
  /** A whole round over all partitions, milliseconds; 0 is never. */
  readonly intervalMs: number;
}

export interface BackgroundAuditPorts {
  readonly auditor: {
    guardPartition(partition: number, how: GuardOptions): Promise<readonly AuditedSku[]>;
  };
  readonly clock: Clock;
  readonly shared: SharedState;
  /** Only the engine whose writer leads audits: one is enough, and it has the ledger at hand. */
  readonly leads: () => boolean;
  alarm(alarm: LedgerAlarm): void;
}

/** One round of so many adds up the whole history, and not only what came since the last clean audit. */
const THOROUGH_EVERY = 24;
const PRESSURE_HIGH = 900;
const YIELD_MS = 250;
/** Between two pages of a count, at rest and while the buying path is busy. */
const PAGE_PAUSE_MS = 2;
const PAGE_PAUSE_BUSY_MS = 20;

/** Audits one partition after another, a round in `intervalMs`, for as long as the process lives. */
export class BackgroundAudit {
  readonly #options: BackgroundAuditOptions;
  readonly #ports: BackgroundAuditPorts;
  readonly #pause: Pause;
  /** SKUs that differ and were not put right, by partition. */
  readonly #differing: number[];
  /** Whether its last count failed, by partition. */
  readonly #uncounted: boolean[];
  #closing = false;
  #rounds = 0;
  #failures = 0;
  #repairs = 0;
  #auditedAt = 0;
  #roundSeconds = 0;

  constructor(options: BackgroundAuditOptions, ports: BackgroundAuditPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#pause = new Pause(ports.clock);
    this.#differing = new Array<number>(options.partitions).fill(0);
    this.#uncounted = new Array<boolean>(options.partitions).fill(false);
  }

  stats(): AuditStats {
    return {
      auditRounds: this.#rounds,
      auditFailures: this.#failures,
      auditUncounted: this.#uncounted.filter(Boolean).length,
      auditRepairs: this.#repairs,
      auditDiffering: this.#differing.reduce((sum, count) => sum + count, 0),
      auditedAt: this.#auditedAt,
      auditRoundSeconds: this.#roundSeconds,
    };
  }

  /** Resolves after `close`. Never rejects. */
  async run(): Promise<void> {
    const { intervalMs } = this.#options;
    if (intervalMs === 0) return;
    while (!this.#closing) await this.#round();
  }

  close(): void {
    this.#closing = true;
    this.#pause.wake();
  }

  async #round(): Promise<void> {
    const { partitions, intervalMs } = this.#options;
    const { clock, leads } = this.#ports;
    let failed = 0;
    let workMs = 0;
    for (let partition = 0; partition < partitions; partition += 1) {
      await this.#pause.wait(intervalMs / partitions);
      await this.#yield();
      if (this.#closing) return;
      if (!leads()) {
        // What was found is now for the leader to say.
        this.#differing.fill(0);
        this.#uncounted.fill(false);
        return;
      }
      const begun = clock.monotonic();
      if (!(await this.#audit(partition))) failed += 1;
      workMs += clock.monotonic() - begun;
    }
    if (failed > 0) return;
    this.#rounds += 1;
    this.#auditedAt = clock.now();
    this.#roundSeconds = workMs / 1000;
  }

  /** Answers false when Redis or Postgres could not answer: the next round tries again. */
  async #audit(partition: number): Promise<boolean> {
    const { auditor, alarm, shared } = this.#ports;
    const thorough = this.#rounds % THOROUGH_EVERY === 0;
    const pace = (): Promise<void> => {
      if (this.#closing) throw new LedgerUnavailable('the engine is leaving');
      return this.#pause.wait(shared.pressure < PRESSURE_HIGH ? PAGE_PAUSE_MS : PAGE_PAUSE_BUSY_MS);
    };
    let audited: readonly AuditedSku[];
    try {
      audited = await auditor.guardPartition(partition, { thorough, pace });
    } catch {
      this.#failures += 1;
      this.#uncounted[partition] = true;
      return false;
    }
    this.#uncounted[partition] = false;
    const repaired = audited.filter(({ repair }) => repair?.kind === 'repaired');
    const left = audited.filter(({ report, repair }) => !report.conserved && repair?.kind !== 'repaired');
    this.#repairs += repaired.length;
    this.#differing[partition] = left.length;
    if (repaired.length > 0) alarm({ kind: 'stock_withheld', partition, skus: repaired.length });
    if (left.length > 0) {
      const remedies = left.map(({ report }) => report.remedy);
      alarm({ kind: 'audit_differs', partition, skus: left.length, detail: countedWords(remedies) });
    }
    return true;
  }

  /** Waits while the buying path is busy, but not for longer than a round: a sale may go on for days. */
  async #yield(): Promise<void> {
    const { clock, shared } = this.#ports;
    const until = clock.monotonic() + this.#options.intervalMs;
    while (!this.#closing && shared.pressure >= PRESSURE_HIGH && clock.monotonic() < until) {
      await this.#pause.wait(YIELD_MS);
    }
  }
}

/** `by_hand 2, give_back 1` */
function countedWords(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}

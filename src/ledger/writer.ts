import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { Clock } from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type { EventSource } from '../events/reader.js';
import { LedgerBatch, type LedgerEvent, UnwritableEvent } from './batch.js';
import { type Collected, Collector } from './collector.js';
import type { LedgerStore, WriteResult } from './ledger-store.js';
import type { LedgerAlarm, WriterState } from './messages.js';
import { Pause } from './pause.js';

export interface WriterOptions {
  readonly epoch: number;
  readonly partitions: number;
  /** Most rows of history in one transaction. */
  readonly batchRows: number;
  /** Longest an event waits for a transaction at rest, milliseconds. */
  readonly flushMs: number;
  /** Longest an event waits for a busy buying path, milliseconds. */
  readonly yieldMs: number;
  /** False lets writers compete, as they do for a moment when a session is lost; for tests of the fence. */
  readonly exclusive: boolean;
}

export interface WriterPorts {
  readonly source: EventSource;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
  readonly shared: SharedState;
  alarm(alarm: LedgerAlarm): void;
}

/** Thousandths of the main thread at which the writer yields to it. */
const PRESSURE_HIGH = 900;
const FOLLOW_MS = 500;
const BACKOFF_MS = 100;
const BACKOFF_MS_MAX = 5000;

/** Counters since this writer was made. */
export interface WriterCounters {
  rows: number;
  committed: number;
  fenced: number;
  failed: number;
  quarantined: number;
}

type Written = 'written' | 'fenced' | 'lost';

/**
 * Moves events from the streams to Postgres, each exactly once. What makes it so is not this loop but the first statement
 * of each transaction; the loop may be killed at any point, or run twice, and only loses time by it.
 */
export class LedgerWriter {
  readonly counters: WriterCounters = { rows: 0, committed: 0, fenced: 0, failed: 0, quarantined: 0 };
  readonly transactionSeconds = new FastHistogram(SECONDS_BOUNDS);
  /** Redis time minus the wall clock, milliseconds; whoever samples Redis keeps it right. */
  redisTimeAheadMs = 0;
  readonly #options: WriterOptions;
  readonly #ports: WriterPorts;
  readonly #collector: Collector;
  readonly #pause: Pause;
  /** Seq up to which Postgres is known to have each partition. */
  readonly #written: number[];
  #state: WriterState = { kind: 'joining' };
  #prefetched: Collected | undefined;
  #closing = false;
  #flushing = 0;
  #failures = 0;
  #redisDown = false;
  #waiters: (() => void)[] = [];

  constructor(options: WriterOptions, ports: WriterPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#pause = new Pause(ports.clock);
    this.#written = new Array<number>(options.partitions).fill(0);
    this.#collector = new Collector(ports.source, options, (partition, afterSeq, detail) =>
      ports.alarm({ kind: 'partition_stopped', partition, afterSeq, detail }),
    );
  }

  get state(): WriterState {
    return this.#state;
  }

  get stopped(): readonly { partition: number; detail: string }[] {
    return this.#collector.stopped;
  }

  writtenSeqs(): readonly number[] {
    return [...this.#written];
  }

  /** Runs until `close` or until the epoch is over; resolves then. Never rejects. */
  async run(): Promise<void> {
    while (!this.#closing) {
      if (this.#state.kind === 'stopped') break;
      try {
        await this.#turn();
      } catch (error) {
        await this.#failed(error instanceof Error ? error.message : String(error));
      }
      this.#tellWaiters();
    }
    if (this.#state.kind !== 'stopped') this.#state = { kind: 'stopped', detail: 'closed' };
    this.#tellWaiters();
    await this.#ports.ledger.close();
  }

  /** Ends `run` after the transaction that is under way. */
  close(): void {
    this.#closing = true;
    this.#pause.wake();
  }

  /**
   * Writes everything that is in the streams now, without yielding or waiting. Answers whether all of it (but for stopped
   * partitions) is in Postgres; false after `deadlineMs`, or when the writer stops.
   */
  async flush(deadlineMs: number): Promise<boolean> {
    const { clock, source } = this.#ports;
    const deadline = clock.monotonic() + deadlineMs;
    const timer = clock.setTimer(deadlineMs, () => this.#tellWaiters());
    this.#flushing += 1;
    this.#pause.wake();
    let targets: readonly number[] | undefined;
    try {
      for (;;) {
        targets ??= await source.sample(this.#options.partitions).then(({ seqs }) => seqs, unanswered);
        if (targets !== undefined && this.#has(targets)) return true;
        if (clock.monotonic() >= deadline || this.#state.kind === 'stopped') return false;
        // Told after every turn of the loop, which is when anything can have changed.
        await new Promise<void>((resolve) => this.#waiters.push(resolve));
      }
    } finally {
      this.#flushing -= 1;
      timer.cancel();
    }
  }

  #has(seqs: readonly number[]): boolean {
    const stopped = new Set(this.stopped.map(({ partition }) => partition));
    return seqs.every((seq, partition) => stopped.has(partition) || (this.#written[partition] ?? 0) >= seq);
  }

  #tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const tell of waiters) tell();
  }

  async #turn(): Promise<void> {
    if (this.#state.kind === 'leading') await this.#lead();
    else if (await this.#join()) {
      this.#state = { kind: 'leading' };
    } else if (this.#state.kind !== 'stopped') {
      this.#state = { kind: 'following' };
      await this.#pause.wait(FOLLOW_MS);
    }
  }

  /** Learns the positions anew. Answers whether to lead. */
  async #join(): Promise<boolean> {
    const { ledger, shared, alarm } = this.#ports;
    const leads = await ledger.tryLead();
    // After the lock: positions read before it could already be old.
    const positions = await ledger.positions();
    if (this.#failures > 0) alarm({ kind: 'postgres_back' });
    this.#failures = 0;
    for (const { partition, epoch, seq } of positions) {
      if (epoch !== this.#options.epoch) {
        const found = { expected: this.#options.epoch, found: epoch };
        this.#state = {
          kind: 'stopped',
          detail: `epoch ${epoch} has begun; this engine has ${found.expected}`,
        };
        alarm({ kind: 'epoch_changed', ...found });
        return false;
      }
      this.#written[partition] = seq;
      shared.setLedgerSeq(partition, seq);
    }
    this.#prefetched = undefined;
    this.#collector.reset(this.#written);
    return leads || !this.#options.exclusive;
  }

  async #lead(): Promise<void> {
    const batch = this.#prefetched ?? (await this.#collect());
    this.#prefetched = undefined;
    if (batch === undefined || batch.events.length === 0) {
      await this.#rest();
      return;
    }
    if (this.#mustYield(batch)) {
      this.#prefetched = batch;
      await this.#pause.wait(this.#options.flushMs);
      return;
    }
    const writing = this.#write(batch.events);
    // While Postgres works: read and decode what comes next.
    const next = batch.more ? this.#collect() : Promise.resolve(undefined);
    const [outcome, prefetched] = await Promise.all([writing, next]);
    if (outcome === 'written') {
      this.#prefetched = prefetched;
      if (!batch.more) await this.#rest();
    } else if (outcome === 'fenced') this.#state = { kind: 'joining' };
  }

  /** At rest events gather for `flushMs`; a flush does not wait for more. */
  async #rest(): Promise<void> {
    await this.#pause.wait(this.#flushing > 0 ? Math.min(10, this.#options.flushMs) : this.#options.flushMs);
  }

  #mustYield({ oldestAt }: Collected): boolean {
    if (this.#flushing > 0 || this.#closing) return false;
    if (this.#ports.shared.pressure < PRESSURE_HIGH) return false;
    const age = this.#ports.clock.now() + this.redisTimeAheadMs - oldestAt;
    return age < this.#options.yieldMs;
  }

  async #collect(): Promise<Collected | undefined> {
    try {
      const collected = await this.#collector.collect();
      if (this.#redisDown) this.#ports.alarm({ kind: 'redis_back' });
      this.#redisDown = false;
      return collected;
    } catch (error) {
      if (!this.#redisDown) this.#ports.alarm({ kind: 'redis_down', detail: String(error) });
      this.#redisDown = true;
      return undefined;
    }
  }

  /** Writes the events, in as many transactions as it takes to part the good from the refused. */
  async #write(events: readonly LedgerEvent[]): Promise<Written> {
    const result = await this.#transact(events);
    if (result.kind === 'written') {
      this.#advance(events);
      return 'written';
    }
    if (result.kind === 'fenced') {
      this.counters.fenced += 1;
      return 'fenced';
    }
    if (result.kind === 'lost') {
      await this.#failed(result.detail);
      return 'lost';
    }
    if (events.length === 1) return this.#quarantine(events[0]!, result);
    const middle = events.length >> 1;
    const first = await this.#write(events.slice(0, middle));
    return first === 'written' ? this.#write(events.slice(middle)) : first;
  }

  async #transact(events: readonly LedgerEvent[]): Promise<WriteResult> {
    const { clock, ledger } = this.#ports;
    const begun = clock.monotonic();
    let batch: LedgerBatch;
    try {
      batch = new LedgerBatch(events);
    } catch (error) {
      if (!(error instanceof UnwritableEvent)) throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
    const result = await ledger.write(this.#options.epoch, batch);
    if (result.kind === 'written') {
      this.counters.rows += batch.rows;
      this.counters.committed += 1;
      this.transactionSeconds.record((clock.monotonic() - begun) / 1000);
    }
    return result;
  }

  async #quarantine(event: LedgerEvent, reason: { code: string; detail: string }): Promise<Written> {
    const result = await this.#ports.ledger.quarantine(this.#options.epoch, event, reason);
    if (result.kind === 'written') {
      this.counters.quarantined += 1;
      this.counters.committed += 1;
      this.#advance([event]);
      const { partition, seq } = event;
      this.#ports.alarm({
        kind: 'event_quarantined',
        partition,
        seq,
        code: reason.code,
        detail: reason.detail,
      });
      return 'written';
    }
    if (result.kind === 'fenced') {
      this.counters.fenced += 1;
      return 'fenced';
    }
    await this.#failed(result.detail);
    return 'lost';
  }

  #advance(events: readonly LedgerEvent[]): void {
    for (const { partition, seq } of events) {
      this.#written[partition] = seq;
    }
    for (const { partition } of events) {
      this.#ports.shared.setLedgerSeq(partition, this.#written[partition]!);
    }
  }

  /** Nobody knows what happened: wait, then ask Postgres where it is. */
  async #failed(detail: string): Promise<void> {
    this.#failures += 1;
    this.counters.failed += 1;
    this.#state = { kind: 'waiting', failures: this.#failures, detail };
    if (this.#failures === 1) this.#ports.alarm({ kind: 'postgres_down', detail });
    const delay = Math.min(BACKOFF_MS * 2 ** (this.#failures - 1), BACKOFF_MS_MAX);
    if (!this.#closing) await this.#pause.wait(delay);
  }
}

function unanswered(): undefined {
  return undefined;
}

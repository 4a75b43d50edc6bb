import type { FastHistogram } from '../domain/histogram.js';
import type { Clock } from '../domain/ports.js';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import type { EventSource, StoreSample } from '../events/reader.js';
import type { LedgerEvent } from './batch.js';
import { type Collected, Collector } from './collector.js';
import { brokenContinuities } from './continuity.js';
import type { LedgerStore } from './ledger-store.js';
import type { LedgerAlarm, WriterState } from './messages.js';
import { Pause } from './pause.js';
import { Placer, type WriterCounters } from './placing.js';

export interface WriterOptions {
  readonly epoch: number;
  readonly partitions: number;
  /** Most rows of history in one transaction. */
  readonly batchRows: number;
  /** Longest an event waits for a transaction at rest, milliseconds. */
  readonly flushMs: number;
  /** Longest an event waits for a busy buying path, milliseconds. */
  readonly yieldMs: number;
  /** How long the ledger may stand still with events waiting before another than the leader writes, milliseconds. */
  readonly stallMs: number;
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
/**
 * While it yields it looks this often whether it still has to. The pressure is of the last 50 ms and has this writer's own work in it,
 * and Postgres': at half of a full load only they make the machine full, and the lag would grow if it paused for long after each batch.
 */
const YIELD_LOOK_MS = 25;
const FOLLOW_MS = 500;
const BACKOFF_MS = 100;
const BACKOFF_MS_MAX = 5000;

/**
 * Moves events from the streams to Postgres, each exactly once. What makes it so is not this loop but the first statement
 * of each transaction; the loop may be killed at any point, or run twice, and only loses time by it.
 */
export class LedgerWriter {
  /** Redis time minus the wall clock, milliseconds; whoever samples Redis keeps it right. */
  redisTimeAheadMs = 0;
  readonly #options: WriterOptions;
  readonly #ports: WriterPorts;
  readonly #collector: Collector;
  readonly #placer: Placer;
  readonly #pause: Pause;
  /** Seq up to which Postgres is known to have each partition. */
  readonly #written: number[];
  #state: WriterState = { kind: 'joining' };
  #prefetched: Collected | undefined;
  #closing = false;
  #flushing = 0;
  #failures = 0;
  #redisDown = false;
  #recheck = false;
  /** Since when the positions that this writer follows have not moved while events wait. */
  #stall = { at: '', since: 0 };
  #waiters: (() => void)[] = [];

  constructor(options: WriterOptions, ports: WriterPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#pause = new Pause(ports.clock);
    this.#written = new Array<number>(options.partitions).fill(0);
    this.#placer = new Placer(options.epoch, {
      ledger: ports.ledger,
      clock: ports.clock,
      alarm: (alarm) => ports.alarm(alarm),
      written: (events) => this.#advance(events),
    });
    this.#collector = new Collector(ports.source, options, (partition, afterSeq, detail) =>
      ports.alarm({ kind: 'partition_stopped', partition, afterSeq, detail }),
    );
  }

  get state(): WriterState {
    return this.#state;
  }

  get counters(): WriterCounters {
    return this.#placer.counters;
  }

  get transactionSeconds(): FastHistogram {
    return this.#placer.transactionSeconds;
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

  /** Redis may be another one than before: compares it with Postgres again before anything more is written. */
  recheck(): void {
    this.#recheck = true;
    this.#pause.wake();
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
    let targets: StoreSample['seqs'] | undefined;
    try {
      for (;;) {
        // What is not known of a partition, because it moves or its node is down, is asked for again.
        if (targets === undefined || targets.includes(undefined)) {
          targets = await source.sample(this.#options.partitions).then(({ seqs }) => seqs, unanswered);
        }
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

  /** What is not known is not written. */
  #has(seqs: StoreSample['seqs']): boolean {
    const stopped = new Set(this.stopped.map(({ partition }) => partition));
    return seqs.every(
      (seq, partition) =>
        stopped.has(partition) || (seq !== undefined && (this.#written[partition] ?? 0) >= seq),
    );
  }

  #tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const tell of waiters) tell();
  }

  async #turn(): Promise<void> {
    if (this.#state.kind === 'leading') await this.#lead();
    else if (await this.#join()) {
      if (await this.#isContinuous()) this.#state = { kind: 'leading' };
      else await this.#rest(BACKOFF_MS);
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
    return leads || !this.#options.exclusive || this.#isLeaderStalled();
  }

  /**
   * A leader whose machine vanished keeps its lock until Postgres notices, which may take long. The lock only saves work, so
   * whoever sees the ledger stand still although events wait goes ahead without it; the fence decides.
   */
  async #isLeaderStalled(): Promise<boolean> {
    const { clock, source } = this.#ports;
    const sample = await this.#askRedis(() => source.sample(this.#options.partitions));
    const at = this.#written.join();
    if (sample === undefined || this.#has(sample.seqs) || at !== this.#stall.at) {
      this.#stall = { at, since: clock.monotonic() };
    }
    return clock.monotonic() - this.#stall.since > this.#options.stallMs + this.#options.yieldMs;
  }

  /** Stops partitions whose stream is not the one that was written from. Answers false while Redis does not answer. */
  async #isContinuous(): Promise<boolean> {
    this.#recheck = false;
    const { ledger, source, shared } = this.#ports;
    const newest = await ledger.newestDigests();
    const broken = await this.#askRedis(() => brokenContinuities(source, newest));
    for (const { partition, seq } of broken ?? []) {
      shared.raiseStop(StopReason.StoreRolledBack);
      this.#collector.stop(
        partition,
        `event ${seq} is another one than the ledger has: the store was rolled back`,
      );
    }
    return broken !== undefined;
  }

  async #lead(): Promise<void> {
    const batch = this.#prefetched ?? (await this.#collect());
    this.#prefetched = undefined;
    // What was read of a Redis that came back is not to be trusted before the two were compared.
    if (this.#recheck) {
      this.#state = { kind: 'joining' };
      return;
    }
    if (batch === undefined || batch.events.length === 0) {
      await this.#rest(batch === undefined ? BACKOFF_MS : undefined);
      return;
    }
    if (this.#mustYield(batch)) {
      this.#prefetched = batch;
      await this.#pause.wait(YIELD_LOOK_MS);
      return;
    }
    const writing = this.#placer.place(batch.events);
    // While Postgres works: read and decode what comes next.
    const next = batch.more ? this.#collect() : Promise.resolve(undefined);
    const [outcome, prefetched] = await Promise.all([writing, next]);
    if (outcome.kind === 'lost') await this.#failed(outcome.detail);
    else if (outcome.kind === 'fenced') this.#state = { kind: 'joining' };
    else {
      this.#prefetched = prefetched;
      if (!batch.more) await this.#rest();
    }
  }

  /** At rest events gather for `flushMs`, or less where there is less to wait for; a flush does not wait for more. */
  async #rest(longestMs = Number.POSITIVE_INFINITY): Promise<void> {
    // Whoever woke it meanwhile found nobody asleep.
    if (this.#closing || this.#recheck) return;
    const { flushMs } = this.#options;
    await this.#pause.wait(Math.min(this.#flushing > 0 ? 10 : flushMs, flushMs, longestMs));
  }

  #mustYield({ oldestAt }: Collected): boolean {
    if (this.#flushing > 0 || this.#closing) return false;
    if (this.#ports.shared.pressure < PRESSURE_HIGH) return false;
    const age = this.#ports.clock.now() + this.redisTimeAheadMs - oldestAt;
    return age < this.#options.yieldMs;
  }

  #collect(): Promise<Collected | undefined> {
    return this.#askRedis(() => this.#collector.collect());
  }

  /** `undefined` when Redis did not answer; says so once. */
  async #askRedis<T>(question: () => Promise<T>): Promise<T | undefined> {
    const { alarm } = this.#ports;
    try {
      const answer = await question();
      if (this.#redisDown) {
        alarm({ kind: 'redis_back' });
        this.recheck();
      }
      this.#redisDown = false;
      return answer;
    } catch (error) {
      if (!this.#redisDown) alarm({ kind: 'redis_down', detail: String(error) });
      this.#redisDown = true;
      return undefined;
    }
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

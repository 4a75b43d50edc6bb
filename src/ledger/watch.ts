import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { Clock } from '../domain/ports.js';
import { type SharedState, StopReason } from '../domain/shared-state.js';
import type { EventSource, StoreSample } from '../events/reader.js';
import { CorruptEvent, decodeStoredEvent } from '../events/stored-event.js';
import { MemoryGuard, type MemoryLimits } from './memory-guard.js';
import type { LedgerAlarm, WriterStatus } from './messages.js';
import type { LedgerWriter } from './writer.js';

export interface WatchPorts {
  readonly source: EventSource;
  readonly clock: Clock;
  readonly shared: SharedState;
  alarm(alarm: LedgerAlarm): void;
}

export interface WatchOptions extends MemoryLimits {
  readonly life: number;
  readonly partitions: number;
}

interface Lag {
  readonly events: number;
  readonly seconds: number;
}

const NO_SAMPLE: StoreSample = {
  seqs: [],
  streamEvents: 0,
  now: 0,
  usedBytes: 0,
  maxBytes: 0,
  aofBytes: 0,
  rewriting: 0,
};

/** Looks at Redis once a second: how far the writer is behind, how full the memory is, and whether the store went back. */
export class LedgerWatch {
  readonly #writer: LedgerWriter;
  readonly #options: WatchOptions;
  readonly #ports: WatchPorts;
  readonly #guard: MemoryGuard;
  readonly #roundTrip = new FastHistogram(SECONDS_BOUNDS);
  readonly #rolledBack = new Set<number>();
  #sample = NO_SAMPLE;
  #lag: Lag = { events: 0, seconds: 0 };
  #rows = { count: 0, at: 0, perSecond: 0 };

  constructor(writer: LedgerWriter, options: WatchOptions, ports: WatchPorts) {
    this.#writer = writer;
    this.#options = options;
    this.#ports = ports;
    this.#guard = new MemoryGuard(options, ports.shared, (alarm) => ports.alarm(alarm));
  }

  /** Takes one look. Never rejects: while Redis does not answer, the status keeps what was seen last. */
  async look(): Promise<void> {
    const { clock, source } = this.#ports;
    // Before the sample: what is written later may well be newer than the heads in it.
    const written = this.#writer.writtenSeqs();
    const begun = clock.monotonic();
    this.#measureRate(begun);
    try {
      this.#sample = await source.sample(this.#options.partitions);
      this.#roundTrip.record((clock.monotonic() - begun) / 1000);
      this.#writer.redisTimeAheadMs = this.#sample.now - clock.now();
      this.#guard.observe(this.#sample.usedBytes, this.#sample.maxBytes);
      if (this.#writer.state.kind !== 'joining') this.#compare(written);
      this.#lag = await this.#measureLag(this.#writer.writtenSeqs());
    } catch {
      // The writer, which reads all the time, raises the alarm about Redis.
    }
  }

  status(): WriterStatus {
    const { state, counters, stopped } = this.#writer;
    return {
      ...counters,
      life: this.#options.life,
      state,
      leader: state.kind === 'leading',
      postgres: state.kind === 'waiting' ? 'down' : 'ok',
      lagSeconds: this.#lag.seconds,
      lagEvents: this.#lag.events,
      streamEvents: this.#sample.streamEvents,
      stoppedPartitions: stopped.length,
      stopped,
      rowsPerSecond: this.#rows.perSecond,
      transactionSeconds: this.#writer.transactionSeconds.snapshot(),
      redisRoundTripSeconds: this.#roundTrip.snapshot(),
      redisFiles: { aofBytes: this.#sample.aofBytes, rewriting: this.#sample.rewriting },
      redisMemory: { usedBytes: this.#sample.usedBytes, maxBytes: this.#sample.maxBytes },
    };
  }

  /** Postgres can never be ahead of the store, unless the store lost what it had. */
  #compare(written: readonly number[]): void {
    for (const [partition, head] of this.#sample.seqs.entries()) {
      const seq = written[partition] ?? 0;
      if (head === undefined || head >= seq) continue;
      this.#ports.shared.raiseStop(StopReason.StoreRolledBack);
      if (this.#rolledBack.has(partition)) continue;
      this.#rolledBack.add(partition);
      this.#ports.alarm({ kind: 'store_rolled_back', partition, head, written: seq });
    }
  }

  /** By the age of the oldest unwritten event of each partition that has some. */
  async #measureLag(written: readonly number[]): Promise<Lag> {
    const behind = this.#sample.seqs.flatMap((head, partition) => {
      const afterSeq = written[partition] ?? 0;
      return head !== undefined && head > afterSeq
        ? [{ partition, afterSeq, limit: 1, events: head - afterSeq }]
        : [];
    });
    if (behind.length === 0) return { events: 0, seconds: 0 };
    const oldest = await this.#ports.source.read(behind);
    let at = this.#sample.now;
    for (const [entry] of oldest) {
      if (entry !== undefined) at = Math.min(at, timeOf(entry.bytes) ?? at);
    }
    const events = behind.reduce((sum, partition) => sum + partition.events, 0);
    return { events, seconds: (this.#sample.now - at) / 1000 };
  }

  #measureRate(now: number): void {
    const { rows } = this.#writer.counters;
    const elapsedMs = now - this.#rows.at;
    if (elapsedMs < 1) return;
    const perSecond = ((rows - this.#rows.count) * 1000) / elapsedMs;
    this.#rows = { count: rows, at: now, perSecond };
  }
}

function timeOf(bytes: Buffer): number | undefined {
  try {
    return decodeStoredEvent(bytes).at;
  } catch (error) {
    if (error instanceof CorruptEvent) return undefined;
    throw error;
  }
}

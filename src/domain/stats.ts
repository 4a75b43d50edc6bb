import type { ErrorCode } from './errors.js';
import type { HistogramSnapshot } from './histogram.js';
import type { BoardVerdict } from './ports.js';
import type { SkuState } from './sku.js';

/**
 * What each part counts about itself, as plain data. Threads post it to the main thread about once a second; `observe/`
 * adds it up and gives it metric names. Counters only go up within one life of a part; a restarted thread starts from 0
 * with the next `life`, and `observe/` keeps what the earlier lives had counted.
 */
export type AnswerCode = 'ok' | 'created' | 'replayed' | 'aborted' | ErrorCode;

/** What the gateway counts, in its own thread and on its hottest path: implementations allocate nothing. */
export interface GatewayMetrics {
  /** A request came in; `answered` is called exactly once for it, also when the client left (`aborted`). */
  started(): void;
  /** `route`: index in the table of routes. `seconds`: from the first byte seen to the answer handed to the socket. */
  answered(route: number, code: AnswerCode, seconds: number): void;
  /** What the board said of a new hold. */
  verdict(verdict: BoardVerdict): void;
  /** Open event streams of `/live`. */
  liveStreams(open: number): void;
}

/** The stock of all SKUs that a shard knows, as it saw them last. Engines on one store each see all of it. */
export interface StockTotals {
  readonly skus: Readonly<Record<SkuState, number>>;
  readonly units: {
    readonly available: number;
    readonly held: number;
    readonly sold: number;
    readonly reserved: number;
  };
  /** Open SKUs of which nothing is available. */
  readonly soldOut: number;
  /** Units promised beyond what SKUs have; anything but 0 is an oversell. */
  readonly oversoldUnits: number;
}

export interface ShardStats {
  readonly shard: number;
  /** 0 for the first life of this shard's thread, one more after each restart. */
  readonly life: number;
  /** Holds that changed state here, as this engine did it. */
  readonly created: number;
  readonly confirmed: number;
  readonly released: number;
  readonly expired: number;
  /** Commands answered by the actor's own view, without asking Redis. */
  readonly refusedByView: number;
  /** Commands refused because too many waited, and because the wait would have been too long. */
  readonly overloadedByCommands: number;
  readonly overloadedByWait: number;
  /** Commands whose reply was lost and that were sent again. */
  readonly resubmitted: number;
  /** Flushes that too few replicas had in time (`STOCK_REPLICAS`). */
  readonly replicaShortfalls: number;
  /** Gauge: commands waiting or in flight now. */
  readonly waiting: number;
  /** Gauge: how near the mailbox is to refusing new holds, by count or by estimated wait; from 1 on it refuses. */
  readonly mailboxFill: number;
  readonly stock: StockTotals;
  /** Commands in one flush, `BATCH_BOUNDS`. */
  readonly flushCommands: HistogramSnapshot;
  /** One flush to Redis and back, fsync included, `SECONDS_BOUNDS`. */
  readonly flushSeconds: HistogramSnapshot;
  /** From a hold's deadline to its stock being back, `SECONDS_BOUNDS`. */
  readonly expiryLatenessSeconds: HistogramSnapshot;
}

/** The gauges of a store's memory; 0 where not known yet. */
export interface StoreMemory {
  readonly usedBytes: number;
  readonly maxBytes: number;
}

/** What Redis says of its append-only files, over all nodes; 0 where it does not tell. */
export interface StoreFiles {
  readonly aofBytes: number;
  /** Nodes that rewrite their file now, which takes a core from the sale. */
  readonly rewriting: number;
}

/** What the background audit found, as of its last look at each partition. */
export interface AuditStats {
  /** Rounds over all partitions that could be made, and partitions that could not be counted. */
  readonly auditRounds: number;
  readonly auditFailures: number;
  /** SKUs of which units were withheld. */
  readonly auditRepairs: number;
  /** Gauge: partitions that could not be counted when they had their turn last. */
  readonly auditUncounted: number;
  /** Gauge: SKUs that differ and wait for a person. */
  readonly auditDiffering: number;
  /** End of the last round, milliseconds since 1970; 0 before the first. */
  readonly auditedAt: number;
  /** Gauge: what the last round took, without its pauses between partitions. */
  readonly auditRoundSeconds: number;
}

export interface LedgerStats extends AuditStats {
  readonly life: number;
  /** Whether this engine's writer is the one that writes. */
  readonly leader: boolean;
  readonly postgres: 'ok' | 'down';
  /** Age of the oldest event not in Postgres yet, and how many there are, over all partitions. */
  readonly lagSeconds: number;
  readonly lagEvents: number;
  /** Events still in the streams of Redis, written or not. */
  readonly streamEvents: number;
  /** Rows written, transactions committed, and transactions that ended otherwise: fenced by another writer, failed. */
  readonly rows: number;
  readonly committed: number;
  readonly fenced: number;
  readonly failed: number;
  readonly quarantined: number;
  /** Gauge: partitions stopped by a gap or a repeat. */
  readonly stoppedPartitions: number;
  /** One transaction, first statement to the end of COMMIT, `SECONDS_BOUNDS`. */
  readonly transactionSeconds: HistogramSnapshot;
  /** One plain round trip to Redis (no fsync), `SECONDS_BOUNDS`. */
  readonly redisRoundTripSeconds: HistogramSnapshot;
  readonly redisMemory: StoreMemory;
  readonly redisFiles: StoreFiles;
}

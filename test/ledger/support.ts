import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Test } from 'tap';
import type { StockChange, StockEvent } from '../../src/domain/event.js';
import type { Clock } from '../../src/domain/ports.js';
import { SharedState } from '../../src/domain/shared-state.js';
import type { SkuView } from '../../src/domain/sku.js';
import { encodeEvent } from '../../src/events/codec.js';
import { eventsKey, metaKey, RedisEventSource } from '../../src/events/reader.js';
import { type Deployment, openDeployment } from '../../src/ledger/deployment.js';
import type { LedgerAlarm } from '../../src/ledger/messages.js';
import { PostgresLedger, type PostgresLedgerOptions } from '../../src/ledger/transactions.js';
import { LedgerWriter, type WriterOptions } from '../../src/ledger/writer.js';
import type { RunningRedis } from '../../src/services/redis.js';
import { StockNodes } from '../../src/stock/cluster-nodes.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis, type Inspector, inspect } from '../support/redis.js';
import { until } from '../support/until.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

const REDIS_TIMEOUT_MS = 5000;

export interface Stage {
  /** Finds every key, also in a cluster. */
  readonly redis: Inspector;
  readonly source: RedisEventSource;
  readonly redisUrl: string;
  readonly server: RunningRedis;
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly deployment: Deployment;
  readonly streams: Streams;
}

/** A Redis and a database of their own, with a deployment of `partitions` and streams to write events into. */
export async function stage(t: Test, partitions = 2, databaseUrl?: string): Promise<Stage> {
  const [server, database] = await Promise.all([freshRedis(t), databaseUrl ?? freshDatabase(t)]);
  const pool = new pg.Pool({ connectionString: database, max: 3 });
  pool.on('error', () => undefined);
  const redis = inspect(t, server);
  const nodes = new StockNodes({ url: server.url, timeoutMs: REDIS_TIMEOUT_MS });
  await nodes.connect();
  t.teardown(async () => {
    nodes.close();
    await pool.end();
  });
  const deployment = await openDeployment(pool, { partitions });
  const streams = new Streams(redis, deployment.epoch, partitions);
  const source = new RedisEventSource(nodes);
  return { redis, source, redisUrl: server.url, server, pool, databaseUrl: database, deployment, streams };
}

interface LiveHold {
  readonly partition: number;
  readonly holdId: string;
  readonly buyerId: string;
  readonly quantity: number;
  readonly sku: string;
}

/** What the function library would write, made in TypeScript: valid events, in streams and in memory. */
export class Streams {
  readonly #redis: Inspector;
  readonly #epoch: number;
  readonly #seqs: number[];
  readonly #views = new Map<string, SkuView>();
  readonly live: LiveHold[] = [];
  readonly written: StockEvent[] = [];
  #at = Date.UTC(2026, 0, 1);

  constructor(redis: Inspector, epoch: number, partitions: number) {
    this.#redis = redis;
    this.#epoch = epoch;
    this.#seqs = new Array<number>(partitions).fill(0);
  }

  seq(partition: number): number {
    return this.#seqs[partition]!;
  }

  view(sku: string): SkuView {
    return this.#views.get(sku)!;
  }

  async define(partition: number, sku: string, total: number): Promise<StockEvent> {
    this.#views.set(sku, {
      sku,
      state: 'open',
      total,
      available: total,
      held: 0,
      sold: 0,
      reserved: 0,
      buyerLimit: 2,
      holdTtlMs: 1000,
      opensAt: 0,
      closesAt: 0,
    });
    return this.append(partition, [sku], [{ kind: 'defined', skuIndex: 0, actor: 'request-1|key-1|' }]);
  }

  async hold(partition: number, sku: string, count: number): Promise<StockEvent> {
    const changes: StockChange[] = [];
    for (let index = 0; index < count; index += 1) {
      const hold = {
        partition,
        holdId: randomBytes(21).toString('base64url'),
        buyerId: `buyer-${index}`,
        quantity: 1 + (index % 2),
        sku,
      };
      this.live.push(hold);
      this.move(sku, { available: -hold.quantity, held: hold.quantity });
      const { holdId, buyerId, quantity } = hold;
      changes.push({
        kind: 'held',
        skuIndex: 0,
        holdId,
        buyerId,
        quantity,
        expiresAt: this.#at + 120_000,
        actor: `request-${index}|key-1|2001:db8::1`,
      });
    }
    return this.append(partition, [sku], changes);
  }

  async end(
    partition: number,
    kind: 'confirmed' | 'released' | 'expired',
    count: number,
  ): Promise<StockEvent> {
    // A hold ends where it was made: events of one partition are in order, those of two are not.
    const ended = this.live.filter((hold) => hold.partition === partition).slice(0, count);
    for (const hold of ended) this.live.splice(this.live.indexOf(hold), 1);
    const skus = [...new Set(ended.map(({ sku }) => sku))];
    const changes = ended.map(({ sku, holdId, buyerId, quantity }): StockChange => {
      this.move(
        sku,
        kind === 'confirmed' ? { held: -quantity, sold: quantity } : { held: -quantity, available: quantity },
      );
      const actor = kind === 'expired' ? 'expiry' : 'request-9|key-1|';
      const paymentRef = kind === 'confirmed' ? `pay "${holdId}" \\ {ä}` : '';
      return { kind, skuIndex: skus.indexOf(sku), holdId, buyerId, quantity, paymentRef, actor };
    });
    return this.append(partition, skus, changes);
  }

  move(sku: string, by: Partial<Record<'total' | 'available' | 'held' | 'sold' | 'reserved', number>>): void {
    const view = { ...this.view(sku) };
    for (const [field, units] of Object.entries(by)) view[field as 'held'] += units;
    this.#views.set(sku, view);
  }

  /** Appends the event with the SKUs' views as they are now. */
  async append(
    partition: number,
    skus: readonly string[],
    changes: readonly StockChange[],
  ): Promise<StockEvent> {
    this.#at += 7;
    this.#seqs[partition]! += 1;
    const event = {
      epoch: this.#epoch,
      partition,
      seq: this.#seqs[partition]!,
      at: this.#at,
      skus: skus.map((sku) => this.view(sku)),
      changes,
    };
    this.written.push(event);
    await this.put(partition, event.seq, encodeEvent(event));
    return event;
  }

  /** Puts bytes into the stream as they are, and moves the partition's head. */
  async put(partition: number, seq: number, bytes: Buffer): Promise<void> {
    this.#seqs[partition] = seq;
    const put = async (): Promise<boolean> => {
      const done = await this.#redis
        .pipeline()
        .xadd(eventsKey(partition), `${seq}-0`, 'e', bytes)
        .hset(metaKey(partition), 'seq', seq)
        .exec();
      // A cluster takes nothing for a while after one of its nodes was away.
      return (
        done?.every(([error]) => error === null || !/CLUSTERDOWN|LOADING|closed/.test(error.message)) === true
      );
    };
    await until(put, { what: `event ${seq} put into partition ${partition}` });
  }
}

export interface RunningWriter {
  readonly writer: LedgerWriter;
  readonly alarms: LedgerAlarm[];
  readonly shared: SharedState;
  /** Ends it after the transaction under way. */
  stop(): Promise<void>;
}

/** A writer in this process, on connections of its own. Stopped when `t` ends. */
export function runWriter(
  t: Test,
  { redisUrl, databaseUrl, deployment }: Stage,
  options: Partial<WriterOptions> & Pick<PostgresLedgerOptions, 'beforeStatement'> = {},
): RunningWriter {
  const { beforeStatement, ...writerOptions } = options;
  const nodes = new StockNodes({ url: redisUrl, timeoutMs: REDIS_TIMEOUT_MS });
  const ledger = new PostgresLedger({
    url: databaseUrl,
    statementTimeoutMs: 5000,
    queryTimeoutMs: 6000,
    applicationName: 'holdfast ledger test',
    ...(beforeStatement === undefined ? {} : { beforeStatement }),
  });
  const shared = new SharedState(deployment.partitions);
  const alarms: LedgerAlarm[] = [];
  const writer = new LedgerWriter(
    {
      epoch: deployment.epoch,
      partitions: deployment.partitions,
      batchRows: 5000,
      flushMs: 20,
      yieldMs: 1000,
      stallMs: 60_000,
      exclusive: true,
      ...writerOptions,
    },
    {
      source: new RedisEventSource(nodes),
      ledger,
      clock: systemClock,
      shared,
      alarm: (alarm) => alarms.push(alarm),
    },
  );
  // A writer that is there before its connections tells of a Redis that is down.
  const connected = nodes.connect().catch(() => undefined);
  const ended = connected.then(() => writer.run());
  const stop = async (): Promise<void> => {
    writer.close();
    await ended;
    nodes.close();
  };
  t.teardown(stop);
  return { writer, alarms, shared, stop };
}

import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';

const POLL_MS = 20;

/** What Redis says of itself, in bytes and microseconds. */
export interface RedisReading {
  readonly usedBytes: number;
  /** Bytes of the event streams of all partitions. */
  readonly streamBytes: number;
}

export interface ScriptReading {
  readonly calls: number;
  readonly microseconds: number;
}

/** Looks into both stores from outside the engine, with connections of its own, so that what it says needs no trust in the engine. */
export class Stores {
  readonly #redis: Redis;
  readonly #pool: pg.Pool;
  readonly #partitions: number;

  constructor(redisUrl: string, databaseUrl: string, partitions = 16) {
    this.#redis = new Redis(redisUrl, { maxRetriesPerRequest: 0 });
    // Without a listener a lost connection would end the benchmark before its own cleanup.
    this.#redis.on('error', () => undefined);
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    this.#pool.on('error', () => undefined);
    this.#partitions = partitions;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
    await this.#pool.end();
  }

  /** Events Redis has appended so far, all partitions. */
  async eventsAppended(): Promise<number> {
    const seqs = await Promise.all(this.#keys('meta').map((key) => this.#redis.hget(key, 'seq')));
    return seqs.reduce((sum, seq) => sum + Number(seq ?? 0), 0);
  }

  /** Events Postgres has, all partitions. */
  async eventsInLedger(): Promise<number> {
    const { rows } = await this.#pool.query<{ seq: string }>(
      'SELECT coalesce(sum(seq), 0) AS seq FROM holdfast.ledger_position',
    );
    return Number(rows[0]?.seq ?? 0);
  }

  /** Seconds until Postgres has every event Redis had at the call. Throws after `limitSeconds`. */
  async drainSeconds(limitSeconds: number): Promise<number> {
    const started = performance.now();
    const appended = await this.eventsAppended();
    for (;;) {
      const inLedger = await this.eventsInLedger();
      const seconds = (performance.now() - started) / 1000;
      if (inLedger >= appended) return seconds;
      if (seconds > limitSeconds) {
        throw new Error(`the ledger had ${inLedger} of ${appended} events after ${limitSeconds} s`);
      }
      await delay(POLL_MS);
    }
  }

  /** Holds that Redis knows, also those that ended and are remembered for replays, all partitions. */
  async holdsRemembered(): Promise<number> {
    const counts = await Promise.all(this.#keys('holds').map((key) => this.#redis.hlen(key)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Memory with lazily freed and fragmented bytes left out: what the data itself takes. */
  async memory(): Promise<RedisReading> {
    const info = await this.#redis.info('memory');
    const streams = await Promise.all(
      this.#keys('events').map((key) => this.#redis.memory('USAGE', key, 'SAMPLES', 0)),
    );
    return {
      usedBytes: Number(/^used_memory:(\d+)/m.exec(info)?.[1]),
      streamBytes: streams.reduce<number>((sum, bytes) => sum + Number(bytes ?? 0), 0),
    };
  }

  /** Bytes by kind of key (`skus`, `holds`, `buyers`, …), all partitions. */
  async memoryByKey(): Promise<ReadonlyMap<string, number>> {
    const bytes = new Map<string, number>();
    for (const kind of ['skus', 'holds', 'buyers', 'deadlines', 'events', 'definitions', 'adjustments']) {
      const usages = await Promise.all(
        this.#keys(kind).map((key) => this.#redis.memory('USAGE', key, 'SAMPLES', 0)),
      );
      bytes.set(
        kind,
        usages.reduce<number>((sum, usage) => sum + Number(usage ?? 0), 0),
      );
    }
    return bytes;
  }

  async resetStatistics(): Promise<void> {
    await this.#redis.config('RESETSTAT');
  }

  /** Calls and microseconds of the function library since the last reset. */
  async scripts(): Promise<ScriptReading> {
    const info = await this.#redis.info('commandstats');
    let calls = 0;
    let microseconds = 0;
    for (const match of info.matchAll(/^cmdstat_fcall(?:_ro)?:calls=(\d+),usec=(\d+)/gm)) {
      calls += Number(match[1]);
      microseconds += Number(match[2]);
    }
    return { calls, microseconds };
  }

  #keys(kind: string): readonly string[] {
    return Array.from({ length: this.#partitions }, (_, partition) => `{p${partition}}:${kind}`);
  }
}

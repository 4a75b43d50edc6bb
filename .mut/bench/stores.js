import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
const POLL_MS = 20;
/** Looks into both stores from outside the engine, with connections of its own, so that what it says needs no trust in the engine. */
export class Stores {
    #redis;
    #pool;
    #partitions;
    constructor(redisUrl, databaseUrl, partitions = 16) {
        this.#redis = new Redis(redisUrl, { maxRetriesPerRequest: 0 });
        // Without a listener a lost connection would end the benchmark before its own cleanup.
        this.#redis.on('error', () => undefined);
        this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
        this.#pool.on('error', () => undefined);
        this.#partitions = partitions;
    }
    async close() {
        this.#redis.disconnect();
        await this.#pool.end();
    }
    /** Events Redis has appended so far, all partitions. */
    async eventsAppended() {
        const seqs = await Promise.all(this.#keys('meta').map((key) => this.#redis.hget(key, 'seq')));
        return seqs.reduce((sum, seq) => sum + Number(seq ?? 0), 0);
    }
    /** Events Postgres has, all partitions. */
    async eventsInLedger() {
        const { rows } = await this.#pool.query('SELECT coalesce(sum(seq), 0) AS seq FROM holdfast.ledger_position');
        return Number(rows[0]?.seq ?? 0);
    }
    /** Seconds until Postgres has every event Redis had at the call. Throws after `limitSeconds`. */
    async drainSeconds(limitSeconds) {
        const started = performance.now();
        const appended = await this.eventsAppended();
        for (;;) {
            const inLedger = await this.eventsInLedger();
            const seconds = (performance.now() - started) / 1000;
            if (inLedger >= appended)
                return seconds;
            if (seconds > limitSeconds) {
                throw new Error(`the ledger had ${inLedger} of ${appended} events after ${limitSeconds} s`);
            }
            await delay(POLL_MS);
        }
    }
    /** Memory with lazily freed and fragmented bytes left out: what the data itself takes. */
    async memory() {
        const info = await this.#redis.info('memory');
        const streams = await Promise.all(this.#keys('events').map((key) => this.#redis.memory('USAGE', key, 'SAMPLES', 0)));
        return {
            usedBytes: Number(/^used_memory:(\d+)/m.exec(info)?.[1]),
            streamBytes: streams.reduce((sum, bytes) => sum + Number(bytes ?? 0), 0),
        };
    }
    /** Bytes by kind of key (`skus`, `holds`, `buyers`, …), all partitions. */
    async memoryByKey() {
        const bytes = new Map();
        for (const kind of ['skus', 'holds', 'buyers', 'deadlines', 'events', 'definitions', 'adjustments']) {
            const usages = await Promise.all(this.#keys(kind).map((key) => this.#redis.memory('USAGE', key, 'SAMPLES', 0)));
            bytes.set(kind, usages.reduce((sum, usage) => sum + Number(usage ?? 0), 0));
        }
        return bytes;
    }
    async resetStatistics() {
        await this.#redis.config('RESETSTAT');
    }
    /** Calls and microseconds of the function library since the last reset. */
    async scripts() {
        const info = await this.#redis.info('commandstats');
        let calls = 0;
        let microseconds = 0;
        for (const match of info.matchAll(/^cmdstat_fcall(?:_ro)?:calls=(\d+),usec=(\d+)/gm)) {
            calls += Number(match[1]);
            microseconds += Number(match[2]);
        }
        return { calls, microseconds };
    }
    #keys(kind) {
        return Array.from({ length: this.#partitions }, (_, partition) => `{p${partition}}:${kind}`);
    }
}
//# sourceMappingURL=stores.js.map
import { Redis } from 'ioredis';
/** Longest wait between two attempts to reach Redis again. */
const BACKOFF_MS_MAX = 1000;
const BACKOFF_MS_STEP = 25;
/** How often a Redis that reads its file is asked whether it has; it guesses whole seconds itself, and most take a part of one. */
const LOADING_LOOK_MS = 50;
/** Silence of so many command timeouts means that the peer is gone without a word; TCP alone takes minutes to find out. */
const SILENCE_TIMEOUTS = 3;
/** Share of a command's timeout that waiting for replicas may take: two flushes may wait one behind the other. */
const REPLICA_SHARE = 4;
/** How long is waited for replicas, milliseconds. */
export function replicaWaitMs(timeoutMs) {
    return Math.ceil(timeoutMs / REPLICA_SHARE);
}
/**
 * One connection to the stock store that never runs a command twice and never runs one later than its caller was told:
 * no offline queue (a command waiting there would happen after it was called failed), no resending after a reconnect
 * (it may have happened already), and a timeout (without resending, ioredis would leave some promises pending for ever).
 */
export class StockConnection {
    redis;
    /** Why the newest calls have no answer, while the connection itself looks well; empty when they have. Set by who calls. */
    silence = '';
    /** Why fewer replicas than asked for have what was written; empty when enough have. Set by who calls. */
    shortage = '';
    #lastError = 'not connected yet';
    #everReady = false;
    constructor(options) {
        this.redis = new Redis(options.url, {
            lazyConnect: true,
            enableOfflineQueue: false,
            autoResendUnfulfilledCommands: false,
            maxRetriesPerRequest: 0,
            commandTimeout: options.timeoutMs,
            socketTimeout: options.timeoutMs * SILENCE_TIMEOUTS,
            connectTimeout: Math.max(options.timeoutMs, 1000),
            enableAutoPipelining: false,
            keepAlive: 10_000,
            maxLoadingRetryTime: LOADING_LOOK_MS,
            retryStrategy: (attempt) => Math.min(attempt * BACKOFF_MS_STEP, BACKOFF_MS_MAX),
        });
        this.redis.on('error', (error) => {
            this.#lastError = error.message === '' ? error.name : error.message;
        });
        this.redis.on('ready', () => {
            this.#everReady = true;
            // Until an error says more.
            this.#lastError = 'the connection was closed';
            this.silence = '';
        });
    }
    /**
     * Resolves when the connection is ready; rejects with the reason when the attempt under way fails (further ones follow in
     * the background until `close`). May be repeated.
     */
    async connect() {
        const { redis } = this;
        if (redis.status === 'ready')
            return;
        if (redis.status === 'wait' || redis.status === 'end') {
            await redis.connect();
            return;
        }
        await new Promise((resolve, reject) => {
            const settle = () => {
                redis.off('ready', settle);
                redis.off('close', settle);
                if (redis.status === 'ready')
                    resolve();
                else
                    reject(new Error(this.#lastError));
            };
            redis.once('ready', settle);
            redis.once('close', settle);
        });
    }
    /** A connection that is open but answers nothing (a Redis that hangs, a network that swallows) counts as down. */
    get state() {
        if (this.redis.status === 'ready') {
            if (this.silence !== '')
                return { state: 'down', reason: this.silence };
            return this.shortage === '' ? { state: 'ready' } : { state: 'partly', reason: this.shortage };
        }
        if (!this.#everReady && this.redis.status !== 'reconnecting')
            return { state: 'connecting' };
        return { state: 'down', reason: this.#lastError };
    }
    get isReady() {
        return this.redis.status === 'ready';
    }
    /** Called whenever the connection is ready (again), after `isReady` is true. */
    onReady(listener) {
        this.redis.on('ready', listener);
    }
    /** Closes at once; commands in flight are answered as lost. */
    close() {
        this.redis.disconnect();
    }
}
//# sourceMappingURL=connection.js.map
import { PARTITIONS_MAX } from './domain/partition.js';
function text(initial, meaning, options = {}) {
    return {
        initial,
        form: 'text',
        meaning,
        secret: options.secret ?? false,
        parse: (value) => ({ ok: true, value: value.trim() }),
    };
}
/**
 * An address with one of the protocols, or where `several` are allowed a list separated by commas; empty means what the default
 * means. Never shown: it may carry a password.
 */
function address(initial, protocols, meaning, { several = false } = {}) {
    const form = protocols.map((protocol) => `${protocol}//…`).join(', ');
    const isAddress = (part) => URL.canParse(part) && protocols.includes(new URL(part).protocol);
    return {
        initial,
        form,
        meaning,
        secret: true,
        parse: (value) => {
            const parts = several ? value.split(',').map((part) => part.trim()) : [value.trim()];
            return parts.every(isAddress)
                ? { ok: true, value: parts.join(',') }
                : { ok: false, problem: `must be an address like ${form}` };
        },
    };
}
function integer(initial, low, high, meaning) {
    return {
        initial,
        form: `${low}–${high}`,
        meaning,
        secret: false,
        parse: (value) => {
            const number = Number(value);
            return /^\d+$/.test(value.trim()) && number >= low && number <= high
                ? { ok: true, value: number }
                : { ok: false, problem: `must be a whole number from ${low} to ${high}` };
        },
    };
}
function oneOf(initial, choices, meaning) {
    return {
        initial,
        form: choices.join(', '),
        meaning,
        secret: false,
        parse: (value) => {
            const choice = choices.find((candidate) => candidate === value.trim());
            return choice === undefined
                ? { ok: false, problem: `must be one of ${choices.join(', ')}` }
                : { ok: true, value: choice };
        },
    };
}
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const SETTINGS = {
    HOST: text('127.0.0.1', 'Address the storefront listener binds'),
    PORT: integer(8080, 0, 65_535, 'Port of the storefront listener; 0 takes a free one'),
    ADMIN_HOST: text('127.0.0.1', 'Address the operations listener binds'),
    ADMIN_PORT: integer(9090, 0, 65_535, 'Port of the operations listener; 0 takes a free one'),
    REDIS_URL: address('redis://127.0.0.1:6379', ['redis:', 'rediss:'], 'The stock store; for a Redis Cluster any of its nodes, or several separated by commas', { several: true }),
    REDIS_ADMIN_URL: address('', ['redis:', 'rediss:'], 'Connection that may run CONFIG GET, where REDIS_URL may not (in a cluster on every node); empty uses REDIS_URL'),
    DATABASE_URL: address('postgres://127.0.0.1:5432/holdfast', ['postgres:', 'postgresql:'], 'The ledger'),
    AUTH: oneOf('on', ['on', 'off'], 'Whether requests must be authenticated; `off` only on loopback'),
    STOREFRONT_KEYS: text('', 'Keys that sign storefront requests: `credential:keyId:secret[:read-only]`, comma-separated, two live ones a credential', { secret: true }),
    ADMIN_TOKEN: text('', 'Bearer token of the operations listener, 16 characters or more', { secret: true }),
    HOLD_ID_SECRET: text('', 'Secret that hold ids are made with; empty mints one and keeps it in Postgres', {
        secret: true,
    }),
    RATE_LIMIT_PER_SECOND: integer(0, 0, 1_000_000, 'Requests a second one credential may make; 0 is no limit'),
    PARTITIONS: integer(16, 1, PARTITIONS_MAX, 'Partitions of the stock; fixed for the life of a deployment'),
    SHARDS: integer(1, 0, 64, 'Threads that own partitions; 0 keeps them in the gateway’s thread'),
    MAX_QUANTITY: integer(10, 1, 1000, 'Most units one hold may ask for'),
    HOLD_TTL_MS: integer(2 * MINUTE_MS, 100, DAY_MS, 'How long a hold lasts where the SKU does not say'),
    HOLD_TTL_MS_MAX: integer(HOUR_MS, 100, 7 * DAY_MS, 'Longest `holdTtlMs` a SKU may have'),
    IDEMPOTENCY_RETENTION_MS: integer(HOUR_MS, 1000, 7 * DAY_MS, 'How long a hold that ended still answers replays'),
    EVENT_RETENTION_MS: integer(5 * MINUTE_MS, 0, DAY_MS, 'How long events stay in Redis after Postgres has them'),
    REQUEST_BUDGET_MS: integer(2000, 100, 60_000, 'Time a request has before it answers `outcome_unknown`'),
    STOCK_TIMEOUT_MS: integer(800, 50, 30_000, 'Time one call to Redis has before it counts as lost'),
    STOCK_REPLICAS: integer(0, 0, 8, 'Replicas of each Redis that must have what is acknowledged (WAIT); fewer answer `outcome_unknown`'),
    MAILBOX_COMMANDS: integer(20_000, 1, 1_000_000, 'Most commands waiting in a shard'),
    MAILBOX_WAIT_MS: integer(500, 1, 30_000, 'Longest estimated wait in a shard before `overloaded`'),
    BOARD_SKUS: integer(131_072, 1024, 4_194_304, 'SKUs the board has rows for; further ones are asked of their actor'),
    BOARD_FINGERPRINTS: integer(4_194_304, 65_536, 134_217_728, 'Idempotency keys the board can remember'),
    BOARD_FRESH_MS: integer(200, 20, 10_000, 'Age at which a row of the board is no longer trusted'),
    POLL_MS: integer(100, 10, 5000, 'How often each partition is looked at for changes by other engines'),
    UNKNOWN_SKU_MS: integer(250, 0, 10_000, 'How long an unknown SKU is remembered as unknown'),
    LEDGER_BATCH_ROWS: integer(5000, 100, 50_000, 'Most rows in one ledger transaction'),
    LEDGER_FLUSH_MS: integer(250, 10, 10_000, 'Longest an event waits for a ledger transaction at rest'),
    LEDGER_YIELD_MS: integer(5000, 0, 60_000, 'Longest the ledger writer yields to a busy buying path'),
    LEDGER_STATEMENT_TIMEOUT_MS: integer(20_000, 100, 300_000, 'Postgres’ own limit for one statement'),
    LEDGER_QUERY_TIMEOUT_MS: integer(25_000, 100, 300_000, 'Time after which a silent Postgres connection is given up'),
    AUDIT_INTERVAL_MS: integer(10 * MINUTE_MS, 0, DAY_MS, 'Time of one round of the background audit over all partitions; 0 is never'),
    REDIS_MEMORY_ALARM_PERCENT: integer(70, 1, 99, 'Share of Redis’ maxmemory at which an alarm is raised'),
    REDIS_MEMORY_REFUSE_PERCENT: integer(85, 2, 100, 'Share of Redis’ maxmemory at which new holds are refused'),
    DURABILITY: oneOf('required', ['required', 'insist-on-weaker'], 'Whether a Redis that does not sync every write is refused'),
    DRAIN_MS: integer(10_000, 100, 300_000, 'Longest a shutdown takes'),
    LOG_LEVEL: oneOf('info', ['fatal', 'error', 'warn', 'info', 'debug'], 'Least severe log line written'),
};
//# sourceMappingURL=settings.js.map
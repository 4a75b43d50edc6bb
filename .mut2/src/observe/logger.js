import { isMainThread } from 'node:worker_threads';
import { pino } from 'pino';
/**
 * The fields a log line may have. Everything else is left out, so that no body, buyer, address, payment reference, key or
 * signature can reach a log by accident: a new field has to be added here, and reviewed here.
 */
export const LOG_FIELDS = [
    'attempt',
    'code',
    'component',
    'count',
    'dependency',
    'detail',
    'durability',
    'epoch',
    'events',
    'exitCode',
    'expectedSeq',
    'found',
    'host',
    'inFlight',
    'lagSeconds',
    'life',
    'milliseconds',
    'node',
    'partition',
    'partitions',
    'percent',
    'phase',
    'pid',
    'port',
    'reason',
    'requestId',
    'risk',
    'route',
    'rows',
    'runId',
    'seconds',
    'seq',
    'setting',
    'shard',
    'shards',
    'signal',
    'state',
    'status',
    'thread',
    'url',
    'version',
    'wanted',
];
const TEXT_LENGTH_MAX = 1000;
const STACK_LENGTH_MAX = 4000;
/** Lines held back when whoever reads stdout does not: further ones are dropped rather than memory filled. */
const BUFFER_BYTES_MAX = 4 * 1024 * 1024;
/** `postgres://user:secret@host/db?password=x` → `postgres://***@host/db?password=***`, wherever in a text it stands. */
export function maskUrl(text) {
    return text
        .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, '$1***@')
        .replace(/([?&][a-z_]*(?:password|secret|token)=)[^&\s"'<>]*/gi, '$1***');
}
/** JSON lines on stdout, ISO time. `destination` is for tests. */
export function createLogger(level, destination = standardOutput()) {
    const lines = pino({
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
    }, destination);
    const write = (at, fields, message) => {
        if (lines.isLevelEnabled(at))
            lines[at](listed(fields), safeText(message, TEXT_LENGTH_MAX));
    };
    return {
        fatal: (fields, message) => write('fatal', fields, message),
        error: (fields, message) => write('error', fields, message),
        warn: (fields, message) => write('warn', fields, message),
        info: (fields, message) => write('info', fields, message),
        debug: (fields, message) => write('debug', fields, message),
    };
}
function standardOutput() {
    // Only the main thread can flush a buffer when the process exits; a worker's few lines go out at once.
    return pino.destination({ dest: 1, sync: !isMainThread, maxLength: BUFFER_BYTES_MAX });
}
function listed(fields) {
    const kept = {};
    for (const field of LOG_FIELDS) {
        const value = fields[field];
        if (typeof value === 'string')
            kept[field] = safeText(value, TEXT_LENGTH_MAX);
        else if (typeof value === 'number' || typeof value === 'boolean')
            kept[field] = value;
    }
    if (fields.error !== undefined)
        kept.error = describeError(fields.error);
    return kept;
}
/** Of an error only its class, message, code and stack: Postgres puts whole rows into `detail`, ioredis arguments into `command`. */
function describeError(error) {
    if (!(error instanceof Error))
        return { message: safeText(String(error), TEXT_LENGTH_MAX) };
    const code = 'code' in error ? error.code : undefined;
    return {
        type: error.name,
        message: safeText(error.message, TEXT_LENGTH_MAX),
        ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
        ...(error.stack === undefined ? {} : { stack: safeText(error.stack, STACK_LENGTH_MAX) }),
        ...(error.cause instanceof Error ? { cause: safeText(error.cause.message, TEXT_LENGTH_MAX) } : {}),
    };
}
function safeText(text, lengthMax) {
    const masked = maskUrl(text);
    return masked.length <= lengthMax ? masked : `${masked.slice(0, lengthMax)}…`;
}
//# sourceMappingURL=logger.js.map
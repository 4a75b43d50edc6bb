import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
const LOG_BYTES_MAX = 32 * 1024 * 1024;
const LINE_CHARACTERS_MAX = 64 * 1024;
/** Levels as the engine's logger names them; lines below a warning stay in the file. */
const SHOWN = { warn: 'warning', error: 'error', fatal: 'fatal' };
/**
 * Appends the engine's JSON lines to `file`, and tells `echo` of warnings and worse in a form people read.
 * One older file is kept, so that the directory cannot grow without end over many starts.
 */
export function engineLog(file, echo) {
    if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX)
        renameSync(file, `${file}.1`);
    const stream = createWriteStream(file, { flags: 'a' });
    stream.on('error', (error) => echo(`The log ${file} cannot be written: ${error.message}`));
    const decoder = new StringDecoder('utf8');
    const newest = [];
    let rest = '';
    const take = (line) => {
        const text = readable(line);
        if (text === undefined)
            return;
        newest.push(text);
        if (newest.length > 10)
            newest.shift();
        echo(text);
    };
    return {
        write: (chunk) => {
            stream.write(chunk);
            const lines = (rest + decoder.write(chunk)).split('\n');
            rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS_MAX);
            for (const line of lines)
                take(line);
        },
        tail: () => newest,
        close: () => new Promise((resolve) => stream.end(resolve)),
    };
}
/** A pino line of level warning or worse as one readable line; other text as it is; undefined for the rest. */
export function readable(line) {
    if (line.trim() === '')
        return undefined;
    const entry = parse(line);
    if (entry === undefined)
        return line;
    const level = SHOWN[String(entry.level)];
    if (level === undefined)
        return undefined;
    return `${level}: ${[String(entry.msg ?? ''), ...causes(entry)].join(': ')}`;
}
/** What the entry says beyond its message: the reason, or the message of its error. */
function causes(entry) {
    const error = (entry.err ?? entry.error);
    const found = [entry.reason, error?.message].filter((text) => typeof text === 'string');
    return found.filter((text) => text !== entry.msg);
}
function parse(line) {
    if (!line.startsWith('{'))
        return undefined;
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=engine-log.js.map
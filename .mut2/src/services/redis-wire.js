import { createConnection } from 'node:net';
import { LOOPBACK } from './ports.js';
const ANSWER_BYTES_MAX = 64 * 1024;
/**
 * Sends one inline command to a Redis on loopback and answers its raw reply, without the last line break.
 * This is for looking after the server (is it up, is it ours), where a whole client with its reconnecting is in the
 * way. Throws when nobody listens, or when no reply came within `timeoutMs`.
 */
export async function askRedis({ port, login }, command, timeoutMs = 1_000) {
    return await new Promise((resolve, reject) => {
        const socket = createConnection({ port, host: LOOPBACK });
        let answer = '';
        const timer = setTimeout(() => socket.destroy(new Error(`no answer to ${command}`)), timeoutMs);
        socket.setEncoding('utf8');
        // QUIT makes the server close after its reply, so the end of the stream is the end of the reply.
        const greeting = login === undefined ? '' : `AUTH ${login.user} ${login.password}\r\n`;
        socket.once('connect', () => socket.write(`${greeting}${command}\r\nQUIT\r\n`));
        socket.on('data', (chunk) => {
            answer += chunk;
            if (answer.length > ANSWER_BYTES_MAX)
                socket.destroy(new Error(`endless answer to ${command}`));
        });
        socket.once('error', reject);
        socket.once('close', () => {
            clearTimeout(timer);
            const reply = login === undefined ? answer : answer.replace(/^[^\r]*\r\n/, '');
            resolve(reply.replace(/\+OK\r\n$/, '').trimEnd());
        });
    });
}
/** True when the server answers and has finished loading its data. */
export async function hasLoaded(peer) {
    try {
        return /^loading:0/m.test(await askRedis(peer, 'INFO persistence'));
    }
    catch {
        return false;
    }
}
/** Pid of the Redis at `peer`; undefined when nothing answers. Works while it is loading. */
export async function redisPid(peer) {
    try {
        const digits = /^process_id:(\d+)/m.exec(await askRedis(peer, 'INFO server'))?.[1];
        return digits === undefined ? undefined : Number(digits);
    }
    catch {
        return undefined;
    }
}
/** Data directory of the Redis at `peer`; undefined when nothing answers. Works while it is loading. */
export async function redisDirectory(peer) {
    try {
        return (await askRedis(peer, 'CONFIG GET dir')).split('\r\n')[4];
    }
    catch {
        return undefined;
    }
}
//# sourceMappingURL=redis-wire.js.map
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOOPBACK } from './ports.js';
const execute = promisify(execFile);
/** The role that owns everything in a private Postgres. */
export const SUPERUSER = 'holdfast';
/** PG* variables of the person who starts us must not point the private server elsewhere. */
export function serverEnvironment() {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
    return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' };
}
/** Settings of a private server by name. */
export function serverSettings(port, options) {
    const fsync = options.fsync === false ? 'off' : 'on';
    return {
        listen_addresses: LOOPBACK,
        port: String(port),
        // No Unix socket: its directory would have to be short, writable and shared with another account.
        unix_socket_directories: '',
        synchronous_commit: 'on',
        fsync,
        full_page_writes: fsync,
        max_connections: '100',
        shared_buffers: '64MB',
        maintenance_work_mem: '32MB',
        // One machine, no replicas: do not write what only they would read.
        wal_level: 'minimal',
        max_wal_senders: '0',
        max_wal_size: '512MB',
        // A parallel query would need more /dev/shm than containers give.
        max_parallel_workers_per_gather: '0',
        jit: 'off',
        timezone: 'UTC',
        log_timezone: 'UTC',
        ...options.extra,
    };
}
/**
 * Creates the cluster in `data` unless a whole one is there. A marker says that initdb came to its end: one that was
 * interrupted leaves files which look like a cluster and are none.
 */
export async function createCluster(initdb, data, account, fsync) {
    const marker = join(data, 'holdfast.complete');
    if (existsSync(marker))
        return;
    for (const name of readdirSync(data))
        rmSync(join(data, name), { recursive: true, force: true });
    const args = ['-D', data, '-U', SUPERUSER, '--auth=trust', '--encoding=UTF8', '--locale=C'];
    if (!fsync)
        args.push('--no-sync');
    try {
        await execute(initdb, args, { ...account, cwd: data, env: serverEnvironment() });
    }
    catch (error) {
        throw new Error(`The bundled Postgres could not be set up: ${String(error)}. Set DATABASE_URL to a Postgres that runs already.`, { cause: error });
    }
    writeFileSync(marker, '');
}
//# sourceMappingURL=postgres-cluster.js.map
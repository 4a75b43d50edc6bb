import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync, } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isReachable, reachablePlace } from './postgres-binaries.js';
import { endProcess, isAlive, processCommand, processDirectory } from './processes.js';
const STOP_GRACE_MS = 30_000;
/** Ending of the file that says which link leads to a place outside. */
const ORIGIN = '.origin';
function outsidePlace(directory) {
    const key = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16);
    return reachablePlace(`data-${key}`);
}
/**
 * Makes `directory/data` for `account` and answers its real path. Where the account cannot reach it, `data` is a
 * link to a place that it can.
 */
export function prepareDataDirectory(directory, account) {
    mkdirSync(directory, { recursive: true });
    const data = join(directory, 'data');
    if (isReachable(join(realpathSync(directory), 'data'), account)) {
        mkdirSync(data, { recursive: true, mode: 0o700 });
    }
    else if (lstatSync(data, { throwIfNoEntry: false }) === undefined) {
        removeAbandonedPlaces();
        const place = outsidePlace(directory);
        // Without the link it belongs to a directory that somebody removed by hand: Redis' half of it is gone too.
        rmSync(place, { recursive: true, force: true });
        writeFileSync(`${place}${ORIGIN}`, resolve(data));
        symlinkSync(place, data);
        mkdirSync(place, { mode: 0o700 });
    }
    const real = realpathSync(data);
    if (account !== undefined)
        chownSync(real, account.uid, account.gid);
    return real;
}
/**
 * Removes places outside whose directory is gone, with everything that was to be kept in it. Without this each
 * temporary directory that is removed by hand would leave a cluster behind for ever.
 */
export function removeAbandonedPlaces() {
    const root = dirname(reachablePlace('data-'));
    for (const name of readdirSync(root).filter((entry) => entry.endsWith(ORIGIN))) {
        const origin = join(root, name);
        const place = origin.slice(0, -ORIGIN.length);
        const pid = serverPid(place);
        if (linkTarget(textOf(origin)) === place || (pid !== undefined && isAlive(pid)))
            continue;
        rmSync(place, { recursive: true, force: true });
        rmSync(origin, { force: true });
    }
}
function linkTarget(link) {
    try {
        return readlinkSync(link);
    }
    catch {
        return undefined;
    }
}
function textOf(file) {
    try {
        return readFileSync(file, 'utf8');
    }
    catch {
        return '';
    }
}
/** Pid in the pid file of a data directory; undefined without one. */
function serverPid(data) {
    const pid = Number(textOf(join(data, 'postmaster.pid')).split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}
/** Removes everything under `directory`, also what had to be put elsewhere. */
export function removePostgresDirectory(directory) {
    const data = join(directory, 'data');
    if (lstatSync(data, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
        const place = readlinkSync(data);
        // Only what was put there by us: a link that somebody made by hand may lead anywhere.
        if (place.startsWith(reachablePlace('data-'))) {
            rmSync(place, { recursive: true, force: true });
            rmSync(`${place}${ORIGIN}`, { force: true });
        }
    }
    rmSync(directory, { recursive: true, force: true });
}
/**
 * Ends a server that a crashed run left on this data directory, and removes the pid file of one that is gone.
 * Postgres itself refuses to start when the pid in the file lives, whoever has that pid now.
 */
export async function endLeftoverPostgres(dataLink) {
    if (!existsSync(dataLink))
        return;
    const data = realpathSync(dataLink);
    const pidFile = join(data, 'postmaster.pid');
    const pid = serverPid(data);
    if (pid !== undefined && isAlive(pid) && worksIn(pid, data)) {
        // SIGINT is Postgres' fast shutdown; SIGQUIT leaves recovery to the next start.
        await endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], STOP_GRACE_MS);
    }
    rmSync(pidFile, { force: true });
}
function worksIn(pid, data) {
    const command = processCommand(pid);
    // Without /proc (macOS) there is no way to ask; a live pid in the file is then taken at its word.
    if (command === undefined)
        return process.platform !== 'linux';
    return command.includes(data) || processDirectory(pid) === data;
}
//# sourceMappingURL=postgres-directory.js.map
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type Account, isReachable, reachablePlace } from './postgres-binaries.js';
import { endProcess, isAlive, processCommand, processDirectory } from './processes.js';

const STOP_GRACE_MS = 30_000;

function outsidePlace(directory: string): string {
  const key = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16);
  return reachablePlace(`data-${key}`);
}

/**
 * Makes `directory/data` for `account` and answers its real path. Where the account cannot reach it, `data` is a
 * link to a place that it can.
 */
export function prepareDataDirectory(directory: string, account: Account | undefined): string {
  mkdirSync(directory, { recursive: true });
  const data = join(directory, 'data');
  if (isReachable(join(realpathSync(directory), 'data'), account)) {
    mkdirSync(data, { recursive: true, mode: 0o700 });
  } else if (lstatSync(data, { throwIfNoEntry: false }) === undefined) {
    const place = outsidePlace(directory);
    // Without the link it belongs to a directory that somebody removed by hand: Redis' half of it is gone too.
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true, mode: 0o700 });
    symlinkSync(place, data);
  }
  const real = realpathSync(data);
  if (account !== undefined) chownSync(real, account.uid, account.gid);
  return real;
}

/** Removes everything under `directory`, also what had to be put elsewhere. */
export function removePostgresDirectory(directory: string): void {
  const data = join(directory, 'data');
  if (lstatSync(data, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    const place = readlinkSync(data);
    // Only what was put there by us: a link that somebody made by hand may lead anywhere.
    if (place.startsWith(reachablePlace('data-'))) rmSync(place, { recursive: true, force: true });
  }
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Ends a server that a crashed run left on this data directory, and removes the pid file of one that is gone.
 * Postgres itself refuses to start when the pid in the file lives, whoever has that pid now.
 */
export async function endLeftoverPostgres(dataLink: string): Promise<void> {
  if (!existsSync(dataLink)) return;
  const data = realpathSync(dataLink);
  const pidFile = join(data, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  } catch {
    return;
  }
  if (Number.isInteger(pid) && pid > 1 && isAlive(pid) && worksIn(pid, data)) {
    // SIGINT is Postgres' fast shutdown; SIGQUIT leaves recovery to the next start.
    await endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], STOP_GRACE_MS);
  }
  rmSync(pidFile, { force: true });
}

function worksIn(pid: number, data: string): boolean {
  const command = processCommand(pid);
  // Without /proc (macOS) there is no way to ask; a live pid in the file is then taken at its word.
  if (command === undefined) return process.platform !== 'linux';
  return command.includes(data) || processDirectory(pid) === data;
}

import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
const execute = promisify(execFile);
const INSTALL_TIMEOUT_MS = 300_000;
export const thisMachine = {
    path: process.env.PATH ?? '',
    platform: process.platform,
    uid: process.getuid?.(),
    servicePolicyFile: '/usr/sbin/policy-rc.d',
    run: async (file, args, env) => {
        await execute(file, [...args], {
            env: { ...process.env, ...env },
            timeout: INSTALL_TIMEOUT_MS,
            maxBuffer: 64 << 20,
        });
    },
    note: (line) => process.stderr.write(`${line}\n`),
};
/** Looks a program up the way a shell does. */
export function findOnPath(name, path) {
    for (const directory of path.split(delimiter)) {
        if (directory === '')
            continue;
        const file = join(directory, name);
        try {
            accessSync(file, constants.X_OK);
            return file;
        }
        catch {
            // Not here; look in the next directory.
        }
    }
    return undefined;
}
function findServer(path) {
    return findOnPath('redis-server', path) ?? findOnPath('valkey-server', path);
}
/** The one sentence a person sees when there is no Redis and this machine cannot be given one. */
export function missingRedisSentence(platform, cause) {
    const remedy = platform === 'darwin'
        ? 'brew install redis'
        : 'sudo apt-get update && sudo apt-get install -y redis-server';
    const why = cause === undefined ? '' : ` (installing it failed: ${cause})`;
    return `No redis-server or valkey-server was found on PATH${why}: install one with \`${remedy}\`, or set REDIS_URL to a Redis that runs already.`;
}
/**
 * Answers the path of a Redis server program, installing Debian's when there is none and this is root on Debian.
 * Throws one sentence with the command to type when that is not possible.
 */
export async function ensureRedisServer(machine = thisMachine) {
    const present = findServer(machine.path);
    if (present !== undefined)
        return present;
    const aptGet = findOnPath('apt-get', machine.path);
    if (machine.platform !== 'linux' || machine.uid !== 0 || aptGet === undefined) {
        throw new Error(missingRedisSentence(machine.platform));
    }
    machine.note('Installing redis-server…');
    try {
        await installWithApt(aptGet, machine);
    }
    catch (error) {
        throw new Error(missingRedisSentence(machine.platform, lastLine(error)), { cause: error });
    }
    const installed = findServer(machine.path);
    if (installed === undefined)
        throw new Error(missingRedisSentence(machine.platform, 'apt-get put none on PATH'));
    return installed;
}
function lastLine(error) {
    const stderr = error.stderr;
    const text = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : String(error);
    return text.trim().split('\n').at(-1) ?? 'unknown cause';
}
async function installWithApt(aptGet, machine) {
    const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    // Debian starts a service when its package is installed. That one would be a second, weaker Redis on the default
    // port; a policy file that answers 101 is the documented way to forbid the start, for the time of the install only.
    const policy = machine.servicePolicyFile;
    const ours = !existsSync(policy);
    try {
        if (ours) {
            writeFileSync(policy, '#!/bin/sh\nexit 101\n');
            chmodSync(policy, 0o755);
        }
        const wait = ['-o', 'DPkg::Lock::Timeout=120'];
        await machine.run(aptGet, ['update', '-qq'], env);
        await machine.run(aptGet, ['install', ...wait, '-y', '-qq', '--no-install-recommends', 'redis-server'], env);
    }
    finally {
        if (ours)
            rmSync(policy, { force: true });
    }
}
//# sourceMappingURL=redis-binary.js.map
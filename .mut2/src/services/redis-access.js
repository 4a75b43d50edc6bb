import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
/** The users that are shipped; what each may do, and why, stands there. */
const USERS_FILE = fileURLToPath(new URL('../../../lua/acl/users.conf', import.meta.url));
export const ENGINE_USER = 'holdfast';
export const RECOVERY_USER = 'holdfast-recovery';
export const ADMIN_USER = 'holdfast-admin';
function passwordsFile(directory) {
    return join(directory, 'redis.passwords.json');
}
/** The passwords a directory's Redis was given; undefined when it never had any. */
export function readPasswords(directory) {
    try {
        const { engine, recovery, admin } = JSON.parse(readFileSync(passwordsFile(directory), 'utf8'));
        if (typeof engine === 'string' && typeof recovery === 'string' && typeof admin === 'string')
            return { engine, recovery, admin };
    }
    catch {
        // Not there yet, or half a file from a crash: new ones are as good, the server is started with them.
    }
    return undefined;
}
/** The passwords of a directory's Redis, made at its first start and kept: its address stays the same over restarts. */
export function passwordsOf(directory) {
    const known = readPasswords(directory);
    if (known !== undefined)
        return known;
    const secret = () => randomBytes(24).toString('hex');
    const made = { engine: secret(), recovery: secret(), admin: secret() };
    writeFileSync(passwordsFile(directory), JSON.stringify(made), { mode: 0o600 });
    return made;
}
/** Lines of redis.conf that define the shipped users; passwords only as their digests. */
export function userLines(passwords, access) {
    const digest = (text) => `#${createHash('sha256').update(text).digest('hex')}`;
    return readFileSync(USERS_FILE, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('user ') && !(access === 'open' && line.startsWith('user default ')))
        .map((line) => line
        .replace('>ENGINE_PASSWORD', digest(passwords.engine))
        .replace('>RECOVERY_PASSWORD', digest(passwords.recovery))
        .replace('>ADMIN_PASSWORD', digest(passwords.admin)));
}
//# sourceMappingURL=redis-access.js.map
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The users that are shipped; what each may do, and why, stands there. */
const USERS_FILE = fileURLToPath(new URL('../../../lua/acl/users.conf', import.meta.url));

export const ENGINE_USER = 'holdfast';
export const RECOVERY_USER = 'holdfast-recovery';
export const ADMIN_USER = 'holdfast-admin';

/**
 * Who may use a private Redis. `users`: only the shipped users, with passwords. `open`: these, and everybody on this machine
 * may do everything, for tests, which break things.
 */
export type RedisAccess = 'users' | 'open';

/** Passwords of the shipped users of one private Redis. */
export interface RedisPasswords {
  readonly engine: string;
  readonly recovery: string;
  readonly admin: string;
}

function passwordsFile(directory: string): string {
  return join(directory, 'redis.passwords.json');
}

/** The passwords a directory's Redis was given; undefined when it never had any. */
export function readPasswords(directory: string): RedisPasswords | undefined {
  try {
    const { engine, recovery, admin } = JSON.parse(
      readFileSync(passwordsFile(directory), 'utf8'),
    ) as Partial<RedisPasswords>;
    if (typeof engine === 'string' && typeof recovery === 'string' && typeof admin === 'string')
      return { engine, recovery, admin };
  } catch {
    // Not there yet, or half a file from a crash: new ones are as good, the server is started with them.
  }
  return undefined;
}

/** The passwords of a directory's Redis, made at its first start and kept: its address stays the same over restarts. */
export function passwordsOf(directory: string): RedisPasswords {
  const known = readPasswords(directory);
  if (known !== undefined) return known;
  const secret = (): string => randomBytes(24).toString('hex');
  const made = { engine: secret(), recovery: secret(), admin: secret() };
  givePasswords(directory, made);
  return made;
}

/** Makes these the passwords of the directory's Redis, such as those that all nodes of a cluster have. */
export function givePasswords(directory: string, passwords: RedisPasswords): void {
  writeFileSync(passwordsFile(directory), JSON.stringify(passwords), { mode: 0o600 });
}

/**
 * Lines of redis.conf that define the shipped users; passwords only as their digests. `moreRights`: rules that the engine's and
 * the recovery's user get besides.
 */
export function userLines(
  passwords: RedisPasswords,
  access: RedisAccess,
  moreRights: string,
): readonly string[] {
  const digest = (text: string): string => `#${createHash('sha256').update(text).digest('hex')}`;
  return readFileSync(USERS_FILE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('user ') && !(access === 'open' && line.startsWith('user default ')))
    .map((line) =>
      line
        .replace('>ENGINE_PASSWORD', digest(passwords.engine))
        .replace('>RECOVERY_PASSWORD', digest(passwords.recovery))
        .replace('>ADMIN_PASSWORD', digest(passwords.admin)),
    )
    .map((line) => (moreRights !== '' && isSelling(line) ? `${line} ${moreRights}` : line));
}

/** Whether the line defines a user who makes calls on the stock. */
function isSelling(line: string): boolean {
  return line.startsWith(`user ${ENGINE_USER} `) || line.startsWith(`user ${RECOVERY_USER} `);
}

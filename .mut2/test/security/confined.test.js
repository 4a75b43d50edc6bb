import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { freePort } from '../../src/services/ports.js';
import { exitOf } from '../../src/services/processes.js';
import { Shop } from '../engine/shop.js';
import { temporaryDirectory } from '../support/directories.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
leftovers(t);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NOBODY = 65_534;
/** In a mount namespace of its own everything is made read-only but `$1`; then root's rights are given up for good. */
const CONFINE = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
awk '{ print $5 }' /proc/self/mountinfo | while read -r place; do
  case $place in "$1"|/proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$place" ;; esac
done
shift
exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"`;
/** Why it cannot be tried here; empty when it can. */
function obstacle() {
    if (process.getuid?.() !== 0)
        return 'only root may make a file system read-only';
    try {
        execFileSync('unshare', ['--mount', 'sh', '-c', 'mount --make-rprivate / && setpriv --help'], {
            stdio: 'ignore',
        });
        return '';
    }
    catch {
        return 'unshare, mount or setpriv is missing or not allowed here';
    }
}
const title = 'an engine without rights on a read-only file system serves, sells and drains';
t.test(title, { skip: obstacle() }, async (t) => {
    const [redis, database] = await Promise.all([freshRedis(t), freshDatabase(t)]);
    const data = temporaryDirectory(t, 'confined');
    chownSync(data, NOBODY, NOBODY);
    chmodSync(data, 0o700);
    const [port, adminPort] = [await freePort(), await freePort()];
    const confined = (...command) => [
        '--mount',
        'sh',
        '-c',
        CONFINE,
        'sh',
        data,
        ...command,
    ];
    const probe = `touch ${join(data, 'mine')} && id -u && for place in ${ROOT} / /tmp /var /etc; do touch $place/x 2>/dev/null && echo "wrote to $place"; done; true`;
    const said = execFileSync('unshare', confined('sh', '-c', probe), { encoding: 'utf8' });
    t.equal(said, `${NOBODY}\n`, 'the confinement confines');
    const child = spawn('unshare', confined(process.execPath, join(ROOT, 'dist', 'src', 'main.js')), {
        cwd: data,
        env: {
            PATH: process.env.PATH,
            ...{ REDIS_URL: redis.engineUrl, REDIS_ADMIN_URL: redis.adminUrl, DATABASE_URL: database },
            ...{ PORT: String(port), ADMIN_PORT: String(adminPort), AUTH: 'off' },
        },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.teardown(() => child.kill('SIGKILL'));
    let log = '';
    for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk) => {
            log += chunk;
        });
    const exited = exitOf(child);
    const shop = new Shop({
        storefrontUrl: `http://127.0.0.1:${port}`,
        operationsUrl: `http://127.0.0.1:${adminPort}`,
    });
    await until(async () => (await shop.operate('GET', '/readyz')).status === 200, { timeoutMs: 30_000 }).catch(() => t.fail(`it did not begin:\n${log}`));
    await shop.offer('phone', { total: 1, holdTtlMs: 60_000 });
    const held = await shop.expect(201, shop.hold('phone', 'ada', 1, 'order-0001'));
    await shop.expect(409, shop.hold('phone', 'bob', 1, 'order-0002'));
    await shop.expect(200, shop.confirm(String(held.body.holdId), 'paid'));
    await until(async () => (await shop.audit('phone')).conserved);
    child.kill('SIGTERM');
    t.same(await exited, { code: 0, signal: null }, log);
});
//# sourceMappingURL=confined.test.js.map
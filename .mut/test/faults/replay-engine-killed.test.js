import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../../src/services/ports.js';
import { runCli, startCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { orders } from '../support/orders.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
leftovers(t);
t.setTimeout(110_000);
t.test('an engine killed twice in the middle of a sale: the buyers retry, and all books agree', async (t) => {
    const [redis, databaseUrl, port, adminPort] = await Promise.all([
        freshRedis(t),
        freshDatabase(t),
        freePort(),
        freePort(),
    ]);
    const environment = {
        REDIS_URL: redis.url,
        DATABASE_URL: databaseUrl,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
    };
    const file = join(temporaryDirectory(t, 'orders'), 'orders.csv');
    writeFileSync(file, orders(4000));
    let engine = await startEngine(t, environment);
    const urls = ['--url', engine.storefrontUrl, '--admin-url', engine.operationsUrl];
    const replay = startCli(t, 'replay', [file, ...urls, '--ttl', '2000', '--buyer-limit', '500']);
    const quartersPlayed = () => replay.stderr().match(/Playing lines: \d+ of/g)?.length ?? 0;
    for (const quarter of [1, 2]) {
        await until(() => quartersPlayed() >= quarter, { timeoutMs: 40_000, what: `in quarter ${quarter}` });
        engine.process.kill('SIGKILL');
        await engine.stop();
        engine = await startEngine(t, environment);
    }
    const { code, stdout, stderr } = await replay.ended;
    t.equal(code, 0, stdout + stderr);
    t.match(stdout, /\d+ requests were repeated/);
    t.match(stdout, /Audit of 7 SKUs: .*Every SKU is conserved; Redis, Postgres and this client agree\./);
    const audit = await runCli(t, 'audit', ['--admin-url', engine.operationsUrl]);
    t.equal(audit.code, 0, audit.stdout);
});
//# sourceMappingURL=replay-engine-killed.test.js.map
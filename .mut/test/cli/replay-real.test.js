import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCli } from '../support/cli.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
leftovers(t);
t.setTimeout(110_000);
const REAL_FILE = fileURLToPath(new URL('../../../../shared/data/online-retail.csv', import.meta.url));
const absent = existsSync(REAL_FILE)
    ? false
    : 'the real orders are not here (../shared/data/online-retail.csv)';
t.test('three days of real orders, conserved', { skip: absent }, async (t) => {
    const engine = await startEngine(t);
    const urls = ['--url', engine.storefrontUrl, '--admin-url', engine.operationsUrl];
    const { code, stdout, stderr } = await runCli(t, 'replay', [REAL_FILE, ...urls, '--ttl', '1500']);
    t.equal(code, 0, stderr);
    t.match(stdout, /^ *6,521 lines in the file$/m);
    t.match(stdout, /^offered +2,970 +9,831 /m);
    t.match(stdout, /Audit of 1,110 SKUs: .*Every SKU is conserved; Redis, Postgres and this client agree\./);
    t.notMatch(stderr, /Warning/);
});
//# sourceMappingURL=replay-real.test.js.map
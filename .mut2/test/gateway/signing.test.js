import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { call, HOLD_BODY, SECRET, startEdge } from './edge.js';
import { signed } from './signing.js';
const run = promisify(execFile);
const sourceOf = (path) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const SHELL = sourceOf('test/gateway/signing.sh');
const KEY = { keyId: 'shop-2026', secret: SECRET };
const environment = {
    AUTH: 'on',
    STOREFRONT_KEYS: `shop:${KEY.keyId}:${SECRET}`,
    ADMIN_TOKEN: 't'.repeat(16),
};
t.test('the TypeScript example signs what the engine accepts', async (t) => {
    const edge = await startEdge(t, { environment });
    const body = JSON.stringify(HOLD_BODY);
    for (const path of ['/v1/holds', '/v1/holds?from=app']) {
        for (const idempotencyKey of ['', 'order-0001']) {
            const headers = signed(KEY, 'POST', path, body, idempotencyKey);
            t.equal((await call(edge.storefrontUrl + path, { method: 'POST', body, headers })).status, 201);
        }
    }
    const headers = signed(KEY, 'GET', '/v1/skus/phone');
    t.equal((await call(`${edge.storefrontUrl}/v1/skus/phone`, { headers })).status, 200);
});
t.test('the shell example signs what the engine accepts', async (t) => {
    const edge = await startEdge(t, { environment });
    const variables = { url: edge.storefrontUrl, key: KEY.keyId, secret: SECRET };
    const accepted = await run('bash', ['-euo', 'pipefail', '-c', SHELL], {
        env: { ...process.env, ...variables },
    });
    t.match(JSON.parse(accepted.stdout), { sku: 'phone-2', buyerId: 'ada', quantity: 1, state: 'held' });
    const wrong = { ...process.env, ...variables, secret: `${SECRET}x` };
    const refused = await run('bash', ['-euo', 'pipefail', '-c', SHELL], { env: wrong });
    t.match(JSON.parse(refused.stdout), { code: 'unauthorized' });
});
t.test('the README shows the examples that are tested here', async (t) => {
    const readme = sourceOf('README.md');
    const typescript = /\/\/ README:begin\n([\s\S]*?)\/\/ README:end/.exec(sourceOf('test/gateway/signing.ts'))?.[1];
    t.ok(readme.includes(SHELL.trim()), 'the shell one, from test/gateway/signing.sh');
    t.ok(readme.includes((typescript ?? 'missing').trim()), 'the TypeScript one, from test/gateway/signing.ts');
});
//# sourceMappingURL=signing.test.js.map
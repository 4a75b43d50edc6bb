import { readFileSync } from 'node:fs';
import t from 'tap';
import { ConfigError, loadConfig } from '../src/config.js';
import { PARTITIONS_MAX } from '../src/domain/partition.js';
import { SETTINGS } from '../src/settings.js';
const SECRET = 'a-secret-of-at-least-32-characters';
const OPEN = { AUTH: 'off' };
const CLOSED = {
    AUTH: 'on',
    STOREFRONT_KEYS: `shop:key-1:${SECRET}`,
    ADMIN_TOKEN: 'sixteen-characters',
};
function problemsOf(environment) {
    try {
        loadConfig(environment);
        return [];
    }
    catch (error) {
        if (error instanceof ConfigError)
            return error.problems;
        throw error;
    }
}
t.test('the defaults serve on loopback, with authentication off or with its keys', async (t) => {
    t.same(problemsOf(OPEN), []);
    t.same(problemsOf(CLOSED), []);
    const config = loadConfig(OPEN);
    for (const name of Object.keys(SETTINGS)) {
        if (name !== 'AUTH')
            t.equal(config[name], SETTINGS[name].initial, name);
    }
    t.throws(() => Object.assign(config, { PORT: 1 }), 'a configuration cannot be changed');
});
t.test('an empty value is the default', async (t) => {
    t.equal(loadConfig({ ...OPEN, PORT: '', REDIS_ADMIN_URL: '' }).PORT, 8080);
});
t.test('every setting refuses what it cannot be, under its own name', async (t) => {
    for (const name of Object.keys(SETTINGS)) {
        const { form } = SETTINGS[name];
        if (form === 'text')
            continue;
        const [low, high] = form.split('–').map(Number);
        const wrong = Number.isInteger(low)
            ? ['ten', '1.5', '-1', '1e3', '0x10', String(high + 1), ...(low > 0 ? [String(low - 1)] : [])]
            : ['maybe', 'http://127.0.0.1:1'];
        for (const value of wrong) {
            const problems = problemsOf({ ...OPEN, [name]: value });
            t.same(problems.map(({ setting }) => setting), [name], `${name}=${value}`);
            t.match(problems[0]?.detail, /^must be /, `${name}=${value} says what it must be`);
        }
    }
});
t.test('the ends of a range are in it', async (t) => {
    const config = loadConfig({ ...OPEN, PARTITIONS: String(PARTITIONS_MAX), MAX_QUANTITY: '1' });
    t.equal(config.PARTITIONS, PARTITIONS_MAX);
    t.equal(config.MAX_QUANTITY, 1);
});
t.test('all problems are told at once', async (t) => {
    const error = t.throws(() => loadConfig({ AUTH: 'perhaps', PORT: 'x', SHARDS: '-1' }));
    t.match(error.message, /AUTH: .*\n.*PORT: .*\n.*SHARDS: |PORT: .*\n.*AUTH: .*\n.*SHARDS: /);
});
/** One contradiction each: what is set, and the setting the error names. */
const CONTRADICTIONS = [
    ['ADMIN_PORT', { ...OPEN, PORT: '8080', ADMIN_PORT: '8080' }],
    ['AUTH', { ...OPEN, HOST: '0.0.0.0' }],
    ['AUTH', { ...OPEN, ADMIN_HOST: '::' }],
    ['STOREFRONT_KEYS', { ...CLOSED, STOREFRONT_KEYS: '' }],
    ['ADMIN_TOKEN', { ...CLOSED, ADMIN_TOKEN: 'fifteen-letters' }],
    ['SHARDS', { ...OPEN, PARTITIONS: '4', SHARDS: '5' }],
    ['HOLD_TTL_MS', { ...OPEN, HOLD_TTL_MS: '2000', HOLD_TTL_MS_MAX: '1999' }],
    ['BOARD_FRESH_MS', { ...OPEN, BOARD_FRESH_MS: '199', POLL_MS: '100' }],
    ['STOCK_TIMEOUT_MS', { ...OPEN, STOCK_TIMEOUT_MS: '1000', REQUEST_BUDGET_MS: '1000' }],
    ['DRAIN_MS', { ...OPEN, REQUEST_BUDGET_MS: '2000', DRAIN_MS: '1999' }],
    ['MAILBOX_WAIT_MS', { ...OPEN, MAILBOX_WAIT_MS: '2000', REQUEST_BUDGET_MS: '2000' }],
    [
        'LEDGER_STATEMENT_TIMEOUT_MS',
        { ...OPEN, LEDGER_STATEMENT_TIMEOUT_MS: '500', LEDGER_QUERY_TIMEOUT_MS: '500' },
    ],
    [
        'REDIS_MEMORY_ALARM_PERCENT',
        { ...OPEN, REDIS_MEMORY_ALARM_PERCENT: '85', REDIS_MEMORY_REFUSE_PERCENT: '85' },
    ],
];
t.test('contradictions are refused, naming one setting and the remedy', async (t) => {
    for (const [setting, environment] of CONTRADICTIONS) {
        const problems = problemsOf(environment);
        t.same(problems.map((problem) => problem.setting), [setting], `${setting} of ${JSON.stringify(environment)}`);
        t.ok((problems[0]?.detail.length ?? 0) > 15);
    }
});
t.test('every relation in config.ts has its contradiction here', async (t) => {
    const source = readFileSync(new URL('../src/config.js', import.meta.url), 'utf8');
    const relations = [...source.matchAll(/\brequire\(\s*[^,]*,\s*'([A-Z_]+)'/g)].map(([, name]) => name);
    t.ok(relations.length >= 13, `${relations.length} relations found`);
    t.same([...new Set(relations)].sort(), [...new Set(CONTRADICTIONS.map(([name]) => name))].sort());
});
t.test('what is just right is accepted', async (t) => {
    const accepted = [
        { ...OPEN, PORT: '0', ADMIN_PORT: '0' },
        { ...OPEN, PARTITIONS: '4', SHARDS: '4' },
        { ...OPEN, SHARDS: '0' },
        { ...OPEN, HOLD_TTL_MS: '2000', HOLD_TTL_MS_MAX: '2000' },
        { ...OPEN, BOARD_FRESH_MS: '200', POLL_MS: '100' },
        { ...OPEN, REQUEST_BUDGET_MS: '2000', DRAIN_MS: '2000' },
        { ...OPEN, HOST: 'localhost', ADMIN_HOST: '::1' },
        { ...CLOSED, HOST: '0.0.0.0', ADMIN_HOST: '0.0.0.0' },
    ];
    for (const environment of accepted)
        t.same(problemsOf(environment), [], JSON.stringify(environment));
});
t.test('storefront keys', async (t) => {
    const keys = (text) => loadConfig({ ...CLOSED, STOREFRONT_KEYS: text }).storefrontKeys;
    t.same(keys(`shop:new:${SECRET}, shop:old:${SECRET},kiosk:screen:${SECRET}:read-only`), [
        { credential: 'shop', keyId: 'new', secret: SECRET, readOnly: false },
        { credential: 'shop', keyId: 'old', secret: SECRET, readOnly: false },
        { credential: 'kiosk', keyId: 'screen', secret: SECRET, readOnly: true },
    ]);
    const wrong = {
        [`shop:key-1:${SECRET.slice(0, 31)}`]: /entry 1 \(key-1\): the secret needs 32/,
        [`shop:${SECRET}`]: /entry 1: credential and keyId/,
        [`sh op:key-1:${SECRET}`]: /entry 1: credential and keyId/,
        [`shop:key-1:${SECRET}:readonly`]: /only "read-only" may follow/,
        [`shop:key-1:${SECRET}:read-only:x`]: /only "read-only" may follow/,
        [`shop:a:${SECRET},till:a:${SECRET}`]: /keyId a is given twice/,
        [`shop:a:${SECRET},shop:b:${SECRET},shop:c:${SECRET}`]: /shop has 3 live keys/,
    };
    for (const [text, expected] of Object.entries(wrong)) {
        const problems = problemsOf({ ...CLOSED, STOREFRONT_KEYS: text });
        t.ok(problems.some(({ setting, detail }) => setting === 'STOREFRONT_KEYS' && expected.test(detail)), `${text.replaceAll(SECRET, '…')}: ${JSON.stringify(problems)}`);
    }
});
t.test('secrets are never shown', async (t) => {
    const secret = 'hunter2hunter2hunter2';
    const environments = [
        { ...CLOSED, STOREFRONT_KEYS: `shop:key-1:${secret}` },
        { ...CLOSED, STOREFRONT_KEYS: `${secret}` },
        { ...CLOSED, STOREFRONT_KEYS: `shop:key-1:${secret}${secret}:${secret}` },
        { ...OPEN, REDIS_URL: `http://user:${secret}@host` },
        { ...OPEN, REDIS_ADMIN_URL: `${secret}` },
        { ...OPEN, DATABASE_URL: `mysql://user:${secret}@host/db` },
        { ...CLOSED, ADMIN_TOKEN: secret.slice(0, 15) },
    ];
    for (const environment of environments) {
        const error = t.throws(() => loadConfig(environment));
        t.notMatch(`${error.message} ${error.stack}`, /hunter2/);
    }
    for (const name of [
        'STOREFRONT_KEYS',
        'ADMIN_TOKEN',
        'HOLD_ID_SECRET',
        'REDIS_URL',
        'REDIS_ADMIN_URL',
        'DATABASE_URL',
    ]) {
        t.equal(SETTINGS[name].secret, true, name);
    }
});
//# sourceMappingURL=config.test.js.map
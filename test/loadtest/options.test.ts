import { fileURLToPath } from 'node:url';
import t from 'tap';
import { helpText, parseOptions } from '../../loadtest/options.js';
import { SCENARIOS } from '../../loadtest/scenarios/index.js';

const NAMES = SCENARIOS.map(({ name }) => name);

function parse(...argv: readonly string[]) {
  return parseOptions(argv, NAMES, {});
}

t.test('every scenario of the issue is there, and says what it is', async (t) => {
  t.same([...NAMES].sort(), [
    ...['capacity', 'expiry-wave', 'hot-sku', 'idempotent-retries', 'many-skus', 'peak', 'real'],
    ...['soak', 'sold-out-storm', 'spike', 'thundering-open'],
  ]);
  const help = helpText(SCENARIOS);
  for (const { name, title, explanation } of SCENARIOS) {
    t.ok(help.includes(name) && help.includes(title));
    t.ok(explanation.length > 40, name);
  }
});

t.test('defaults are those of the help', async (t) => {
  const options = parse('hot-sku');
  if (options === 'help') throw new Error('nobody asked for help');
  t.match(options, {
    p99Max: 10,
    errorShareMax: 0.001,
    connections: 256,
    arrivals: 'poisson',
    timeoutMs: 5000,
  });
  t.match(options, { running: undefined, rate: undefined, seconds: undefined, tolerance: 0.2, seed: 1 });
  t.equal(parse('--help'), 'help');
});

t.test('times are told in seconds, minutes or hours', async (t) => {
  for (const [text, seconds] of [
    ['30', 30],
    ['90s', 90],
    ['10m', 600],
    ['1.5h', 5400],
  ] as const)
    t.match(parse('soak', '--duration', text), { seconds });
  for (const text of ['0', '10 m', 'soon', '2d', '25h'])
    t.throws(() => parse('soak', '--duration', text), { message: /--duration must be a time like 30/ });
});

t.test('what is wrong is named, with what would be right', async (t) => {
  t.throws(() => parse(), { message: /Name one scenario: peak, hot-sku/ });
  t.throws(() => parse('rush'), { message: /There is no scenario rush, but peak/ });
  t.throws(() => parse('hot-sku', 'spike'), { message: /Name one scenario/ });
  t.throws(() => parse('hot-sku', '--rate', '0'), { message: /--rate must be a number from 1/ });
  t.throws(() => parse('hot-sku', '--arrivals', 'odd'), { message: /poisson or even/ });
  t.throws(() => parse('hot-sku', '--speed', '9'), { message: /--speed/ });
});

t.test('a running engine needs its stores: the verdict looks into them', async (t) => {
  const url = ['hot-sku', '--url', 'http://127.0.0.1:8080'];
  t.throws(() => parse(...url), { message: /also give --redis-url and --database-url/ });
  t.throws(() => parse('hot-sku', '--url', 'https://shop.example'), { message: /--url must be http/ });
  const environment = { REDIS_URL: 'redis://r', DATABASE_URL: 'postgres://p' };
  t.match(parseOptions(url, NAMES, environment), {
    running: {
      url: 'http://127.0.0.1:8080',
      adminUrl: 'http://127.0.0.1:9090',
      redisUrl: 'redis://r',
      databaseUrl: 'postgres://p',
    },
  });
  t.match(parseOptions(['hot-sku'], NAMES, environment), { running: undefined }, 'only with --url');
  for (const option of ['--admin-url', '--redis-url', '--database-url'])
    t.throws(() => parse('hot-sku', option, 'redis://r'), {
      message: `${option} is for an engine that runs`,
    });
  t.throws(() => parseOptions([...url, '--shards', '2'], NAMES, environment), { message: /--shards is for/ });
});

t.test('how long Redis keeps holds that ended is the engine’s setting', async (t) => {
  const of = (IDEMPOTENCY_RETENTION_MS?: string) =>
    parseOptions(['soak'], NAMES, { IDEMPOTENCY_RETENTION_MS });
  t.match(of(), { retentionMs: 3_600_000 });
  t.match(of('60000'), { retentionMs: 60_000 });
  t.throws(() => of('soon'), { message: /IDEMPOTENCY_RETENTION_MS must be a whole number/ });
});

t.test('a scenario says what it cannot work with before anything is started', async (t) => {
  const check = (name: string, ...argv: readonly string[]): void => {
    const options = parse(name, ...argv);
    if (options !== 'help') SCENARIOS.find((scenario) => scenario.name === name)!.check?.(options);
  };
  t.throws(() => check('real'), { message: /needs --file/ });
  t.throws(() => check('real', '--file', '/no/such/file.csv'), { message: /Cannot read/ });
  t.throws(() => check('peak', '--rate', '100'), { message: /leave --rate out/ });
  t.doesNotThrow(() => check('real', '--file', fileURLToPath(import.meta.url)));
});

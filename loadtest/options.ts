import { address, number, parseArguments, UsageError, whole } from '../src/cli/arguments.js';
import { SETTINGS } from '../src/settings.js';
import type { Arrivals } from './generator/schedule.js';

export interface Options {
  readonly scenario: string;
  /** Of a running engine; undefined starts one, with its own Redis and Postgres. */
  readonly running: RunningEngine | undefined;
  /** Length of what is measured, seconds; undefined is the scenario's own. */
  readonly seconds: number | undefined;
  /** Requests a second; undefined is half of what the engine is found to take. */
  readonly rate: number | undefined;
  readonly connections: number;
  readonly arrivals: Arrivals;
  readonly timeoutMs: number;
  readonly seed: number;
  /** Milliseconds. */
  readonly p99Max: number;
  /** Share, 0 … 1. */
  readonly errorShareMax: number;
  readonly baseline: string | undefined;
  /** How much worse than the baseline is still as good, as a share. */
  readonly tolerance: number;
  /** Directory of the reports. */
  readonly out: string;
  readonly json: string | undefined;
  readonly html: string | undefined;
  /** Orders, for the scenario that plays a demand curve. */
  readonly file: string | undefined;
  /** SHARDS of the engine that is started. */
  readonly shards: number | undefined;
  /** How long the engine's Redis keeps holds that ended. */
  readonly retentionMs: number;
}

/** Where everything is that a verdict needs. */
export interface RunningEngine {
  readonly url: string;
  readonly adminUrl: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

/** Scenario names and titles are filled in by the caller, so that this file knows none. */
export function helpText(scenarios: readonly { readonly name: string; readonly title: string }[]): string {
  const list = scenarios.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join('\n');
  return `Usage: npm run loadtest -- SCENARIO [OPTIONS]

Loads an engine as a sale would, and says at the end whether it kept its promises: the service levels, and that what Redis
and Postgres have is what the buyers were told. Starts an engine of its own, unless --url names a running one.
The exit code is 0 when all was kept, 1 when something was not, 2 when it could not run, 3 when the load that was meant
could not be sent (then nothing was measured), 130 after Ctrl-C.

${list}

  --duration TIME       length of what is measured: 30, 90s, 10m, 1h    (each scenario has its own)
  --rate N              requests a second                               (half of what the engine takes, found out first)
  --p99 MS              the slowest of a hundred may take so long       (10)
  --errors PERCENT      answers that are errors, or none at all         (0.1)
  --baseline FILE       an earlier result (--json): fail when this one is worse
  --tolerance PERCENT   … by more than this                             (20)
  --json FILE           result for machines                             (in the folder of --out)
  --html FILE           report with plots                               (in the folder of --out)
  --out DIR             where results go                                (.holdfast/loadtest)
  --connections N       most connections at once                        (256)
  --arrivals KIND       poisson: buyers who know nothing of each other; even: one after the other   (poisson)
  --timeout MS          how long an answer is waited for                (5000)
  --seed N              who comes when, and does what                   (1)
  --file FILE.csv       orders whose demand is played (scenario real)
  --shards N            SHARDS of the engine it starts                  (the engine's own)

An engine that runs already:
  --url URL             storefront listener, http
  --admin-url URL       operations listener                             (http://127.0.0.1:9090)
  --redis-url URL       its Redis, to look for every accepted hold      (REDIS_URL)
  --database-url URL    its Postgres, likewise                          (DATABASE_URL)
With AUTH=on: HOLDFAST_KEY_ID, HOLDFAST_SECRET and HOLDFAST_ADMIN_TOKEN in the environment; IDEMPOTENCY_RETENTION_MS too, where
the engine has another than the default. The run defines SKUs of its own. Let nobody else buy meanwhile: the ledger must come
to rest before it can be compared.
`;
}

const OPTIONS = {
  url: { type: 'string' },
  'admin-url': { type: 'string' },
  'redis-url': { type: 'string' },
  'database-url': { type: 'string' },
  duration: { type: 'string' },
  rate: { type: 'string' },
  connections: { type: 'string', default: '256' },
  arrivals: { type: 'string', default: 'poisson' },
  timeout: { type: 'string', default: '5000' },
  seed: { type: 'string', default: '1' },
  p99: { type: 'string', default: '10' },
  errors: { type: 'string', default: '0.1' },
  baseline: { type: 'string' },
  tolerance: { type: 'string', default: '20' },
  out: { type: 'string', default: '.holdfast/loadtest' },
  json: { type: 'string' },
  html: { type: 'string' },
  file: { type: 'string' },
  shards: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws `UsageError`; answers `help` when that was asked. `scenarios`: the names there are. */
export function parseOptions(
  argv: readonly string[],
  scenarios: readonly string[],
  environment: Environment,
): Options | 'help' {
  const { values, positionals } = parseArguments(argv, OPTIONS);
  if (values.help) return 'help';
  const [scenario, ...more] = positionals;
  if (scenario === undefined || more.length > 0)
    throw new UsageError(`Name one scenario: ${scenarios.join(', ')}. --help tells more.`);
  if (!scenarios.includes(scenario))
    throw new UsageError(`There is no scenario ${scenario}, but ${scenarios.join(', ')}.`);
  const { arrivals } = values;
  if (arrivals !== 'poisson' && arrivals !== 'even')
    throw new UsageError(`--arrivals must be poisson or even, not ${JSON.stringify(arrivals)}`);
  return {
    scenario,
    running: values.url === undefined ? noneRunning(values) : runningEngine(values.url, values, environment),
    seconds: values.duration === undefined ? undefined : duration('--duration', values.duration),
    rate: values.rate === undefined ? undefined : number('--rate', values.rate, 1, 1_000_000),
    connections: whole('--connections', values.connections, 1, 16_384),
    arrivals,
    timeoutMs: whole('--timeout', values.timeout, 100, 60_000),
    seed: whole('--seed', values.seed, 0, 4_294_967_295),
    p99Max: number('--p99', values.p99, 0.1, 60_000),
    errorShareMax: number('--errors', values.errors, 0, 100) / 100,
    baseline: values.baseline,
    tolerance: number('--tolerance', values.tolerance, 0, 1000) / 100,
    out: values.out,
    json: values.json,
    html: values.html,
    file: values.file,
    shards: values.shards === undefined ? undefined : whole('--shards', values.shards, 0, 64),
    retentionMs: retention(environment.IDEMPOTENCY_RETENTION_MS),
  };
}

function retention(text: string | undefined): number {
  const setting = SETTINGS.IDEMPOTENCY_RETENTION_MS;
  if (text === undefined || text === '') return setting.initial;
  const parsed = setting.parse(text);
  if (!parsed.ok)
    throw new UsageError(`IDEMPOTENCY_RETENTION_MS ${parsed.problem}, not ${JSON.stringify(text)}`);
  return parsed.value;
}

const ADMIN_URL = 'http://127.0.0.1:9090';
const OF_A_RUNNING_ENGINE = ['admin-url', 'redis-url', 'database-url'] as const;

type Values = Readonly<Partial<Record<(typeof OF_A_RUNNING_ENGINE)[number] | 'shards', string | undefined>>>;

/** Whoever names a part of a running engine does not mean that another one is started. */
function noneRunning(values: Values): undefined {
  const given = OF_A_RUNNING_ENGINE.find((name) => values[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(`--${given} is for an engine that runs already: name it with --url.`);
}

function runningEngine(storefront: string, values: Values, environment: Environment): RunningEngine {
  if (values.shards !== undefined)
    throw new UsageError(
      '--shards is for the engine that is started here, and --url names one that runs already.',
    );
  const url = address('--url', storefront);
  if (!url.startsWith('http:'))
    throw new UsageError('--url must be http: load the engine itself, inside of what ends TLS.');
  const redisUrl = values['redis-url'] ?? environment.REDIS_URL;
  const databaseUrl = values['database-url'] ?? environment.DATABASE_URL;
  if (redisUrl === undefined || databaseUrl === undefined) {
    throw new UsageError(
      'With --url, also give --redis-url and --database-url (or REDIS_URL and DATABASE_URL): every accepted hold is looked for there.',
    );
  }
  return { url, adminUrl: address('--admin-url', values['admin-url'] ?? ADMIN_URL), redisUrl, databaseUrl };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };
const SECONDS_MAX = 24 * 3600;

/** Seconds of `30`, `90s`, `10m`, `1h`. */
function duration(option: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (seconds >= 1 && seconds <= SECONDS_MAX) return seconds;
  throw new UsageError(
    `${option} must be a time like 30, 90s, 10m or 1h, a day at most, not ${JSON.stringify(text)}`,
  );
}

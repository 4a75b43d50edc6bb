import { address, number, parseArguments, UsageError, whole } from '../src/cli/arguments.js';
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
With AUTH=on: HOLDFAST_KEY_ID, HOLDFAST_SECRET and HOLDFAST_ADMIN_TOKEN in the environment. Give it SKUs of its own and no
other buyers: the ledger must come to rest before it can be compared.
`;
}

const OPTIONS = {
  url: { type: 'string' },
  'admin-url': { type: 'string', default: 'http://127.0.0.1:9090' },
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
    running: runningEngine(values, environment),
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
  };
}

function runningEngine(
  values: Readonly<Partial<Record<'url' | 'redis-url' | 'database-url', string>>> & {
    readonly 'admin-url': string;
  },
  environment: Environment,
): RunningEngine | undefined {
  if (values.url === undefined) return undefined;
  const url = address('--url', values.url);
  if (!url.startsWith('http:'))
    throw new UsageError('--url must be http: load the engine itself, inside of what ends TLS.');
  const redisUrl = values['redis-url'] ?? environment.REDIS_URL;
  const databaseUrl = values['database-url'] ?? environment.DATABASE_URL;
  if (redisUrl === undefined || databaseUrl === undefined) {
    throw new UsageError(
      'With --url, also give --redis-url and --database-url (or REDIS_URL and DATABASE_URL): every accepted hold is looked for there.',
    );
  }
  return { url, adminUrl: address('--admin-url', values['admin-url']), redisUrl, databaseUrl };
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

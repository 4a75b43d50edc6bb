import { parseArgs } from 'node:util';

/** The benchmarks, in the order they run when none is named. */
export const BENCHMARKS = ['throughput', 'ledger', 'scaling', 'memory', 'deadlines'] as const;
export type BenchmarkName = (typeof BENCHMARKS)[number];

/** What the cost is measured against, in the order they run when none is named. */
export const SERIES = ['skus', 'holds', 'connections', 'shards', 'partitions', 'signatures'] as const;
export type SeriesName = (typeof SERIES)[number];

export interface Options {
  readonly benchmarks: readonly BenchmarkName[];
  readonly series: readonly SeriesName[];
  /** The smallest run that touches everything: proves that it works, and nothing about speed. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Length of one measurement. */
  readonly seconds: number;
  /** Length of what comes before the first measurement and is not counted. */
  readonly warmUpSeconds: number;
  readonly connections: number;
  /** Wrk threads, or 1 with autocannon. */
  readonly threads: number;
  readonly shards: number | undefined;
  readonly withoutPeers: boolean;
  /** Connections of the pool of each Postgres peer. */
  readonly pool: number;
  /** Connections of the Redis peer. */
  readonly redisPool: number;
  /** Holds of the burst after which the ledger's drain is timed. */
  readonly burst: number;
  /** Live holds for the bytes per hold, and for the engine's own memory. */
  readonly holds: number;
  readonly engineHolds: number;
  readonly json: string | undefined;
  readonly markdown: boolean;
  /** Whether a missed target makes the exit code 1. */
  readonly gate: boolean;
  /** Directory for V8 profiles of the engine's threads. */
  readonly profile: string | undefined;
}

export const USAGE = `npm run bench -- [options]

  --only NAME        throughput, ledger, scaling, memory or deadlines; may be repeated (default: all five)
  --series NAME      of scaling: skus, holds, connections, shards, partitions or signatures; may be repeated (default: all)
  --quick            one round of one second, few holds, both ends of each series: shows that everything works, not how fast
  --rounds N         interleaved rounds of throughput and scaling (default 5)
  --seconds S        length of one measurement (default 8)
  --warm-up-seconds S  length of what comes before the first and is not counted (default 3)
  --connections N    connections of the load client (default 256)
  --threads N        threads of wrk (default 1)
  --shards N         SHARDS of the engine (default: the engine's own)
  --without-peers    throughput of the engine and the echo alone: half the time
  --pool N           connections of each Postgres peer to its Postgres (default 16)
  --redis-pool N     connections of the Redis peer to its Redis (default 1)
  --burst N          holds of the burst after which the ledger's drain is timed (default 500000)
  --holds N          live holds for bytes per hold (default 200000)
  --engine-holds N   live holds for the engine's memory (default 1000000)
  --json FILE        every figure of every round, for machines
  --markdown         print the tables as Markdown
  --gate             exit 1 when a target is missed
  --profile DIR      write a V8 CPU profile of each engine thread there

Needs nothing running: it starts its own Redis, Postgres and engine. Uses wrk when installed (apt-get install wrk),
otherwise autocannon, which itself takes more processor time than the engine: its figures are lower, ratios less sure;
the ledger at half load and Zipf need wrk.
`;

/** What is not said otherwise. */
const FULL = {
  ...{ rounds: '5', seconds: '8', warmUpSeconds: '3' },
  ...{ burst: '500000', holds: '200000', engineHolds: '1000000' },
} as const;
const QUICK = {
  ...{ rounds: '1', seconds: '1', warmUpSeconds: '1' },
  ...{ burst: '20000', holds: '20000', engineHolds: '40000' },
} as const;

/** Throws an `Error` whose message is meant for the terminal. Answers undefined when help was asked for. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string', multiple: true },
      series: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'warm-up-seconds': { type: 'string' },
      connections: { type: 'string', default: '256' },
      threads: { type: 'string', default: '1' },
      shards: { type: 'string' },
      'without-peers': { type: 'boolean', default: false },
      pool: { type: 'string', default: '16' },
      'redis-pool': { type: 'string', default: '1' },
      burst: { type: 'string' },
      holds: { type: 'string' },
      'engine-holds': { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      gate: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const initial = values.quick ? QUICK : FULL;
  return {
    quick: values.quick,
    benchmarks: chosen('only', BENCHMARKS, values.only ?? []),
    series: chosen('series', SERIES, values.series ?? []),
    rounds: whole('rounds', values.rounds ?? initial.rounds, 1, 1000),
    seconds: whole('seconds', values.seconds ?? initial.seconds, 1, 600),
    warmUpSeconds: whole('warm-up-seconds', values['warm-up-seconds'] ?? initial.warmUpSeconds, 1, 60),
    connections: whole('connections', values.connections, 1, 16_384),
    threads: whole('threads', values.threads, 1, 64),
    shards: values.shards === undefined ? undefined : whole('shards', values.shards, 0, 64),
    withoutPeers: values['without-peers'],
    pool: whole('pool', values.pool, 1, 90),
    redisPool: whole('redis-pool', values['redis-pool'], 1, 64),
    burst: whole('burst', values.burst ?? initial.burst, 1000, 10_000_000),
    holds: whole('holds', values.holds ?? initial.holds, 1000, 10_000_000),
    engineHolds: whole('engine-holds', values['engine-holds'] ?? initial.engineHolds, 1000, 10_000_000),
    json: values.json,
    markdown: values.markdown,
    gate: values.gate,
    profile: values.profile,
  };
}

function chosen<Name extends string>(
  option: string,
  all: readonly Name[],
  names: readonly string[],
): readonly Name[] {
  const unknown = names.filter((name) => !(all as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--${option} knows ${all.join(', ')}, not ${unknown.join(', ')}`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new Error(`--${name} must be a whole number from ${low} to ${high}, not ${text}`);
}

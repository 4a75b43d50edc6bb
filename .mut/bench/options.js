import { parseArgs } from 'node:util';
/** The benchmarks, in the order they run when none is named. */
export const BENCHMARKS = ['throughput', 'memory', 'deadlines'];
export const USAGE = `npm run bench -- [options]

  --only NAME        throughput, memory or deadlines; may be repeated (default: all three)
  --rounds N         interleaved rounds of throughput (default 5)
  --seconds S        length of one measurement (default 8)
  --connections N    connections of the load client (default 256)
  --threads N        threads of wrk (default 1)
  --shards N         SHARDS of the engine (default: the engine's own)
  --holds N          live holds for bytes per hold (default 200000)
  --engine-holds N   live holds for the engine's memory (default 1000000)
  --json FILE        every figure of every round, for machines
  --markdown         print the table as Markdown
  --gate             exit 1 when a target is missed
  --profile DIR      write a V8 CPU profile of each engine thread there

Needs nothing running: it starts its own Redis, Postgres and engine. Uses wrk when installed (apt-get install wrk),
otherwise autocannon, which itself takes more processor time than the engine: its figures are lower, ratios less sure.
`;
/** Throws an `Error` whose message is meant for the terminal. Answers undefined when help was asked for. */
export function parseOptions(argv) {
    const { values } = parseArgs({
        args: [...argv],
        options: {
            only: { type: 'string', multiple: true },
            rounds: { type: 'string', default: '5' },
            seconds: { type: 'string', default: '8' },
            connections: { type: 'string', default: '256' },
            threads: { type: 'string', default: '1' },
            shards: { type: 'string' },
            holds: { type: 'string', default: '200000' },
            'engine-holds': { type: 'string', default: '1000000' },
            json: { type: 'string' },
            markdown: { type: 'boolean', default: false },
            gate: { type: 'boolean', default: false },
            profile: { type: 'string' },
            help: { type: 'boolean', default: false },
        },
    });
    if (values.help)
        return undefined;
    return {
        benchmarks: benchmarksNamed(values.only ?? []),
        rounds: whole('rounds', values.rounds, 1, 1000),
        seconds: whole('seconds', values.seconds, 1, 600),
        connections: whole('connections', values.connections, 1, 16_384),
        threads: whole('threads', values.threads, 1, 64),
        shards: values.shards === undefined ? undefined : whole('shards', values.shards, 0, 64),
        holds: whole('holds', values.holds, 1000, 10_000_000),
        engineHolds: whole('engine-holds', values['engine-holds'], 1000, 10_000_000),
        json: values.json,
        markdown: values.markdown,
        gate: values.gate,
        profile: values.profile,
    };
}
function benchmarksNamed(names) {
    const unknown = names.filter((name) => !BENCHMARKS.includes(name));
    if (unknown.length > 0)
        throw new Error(`--only knows ${BENCHMARKS.join(', ')}, not ${unknown.join(', ')}`);
    return names.length === 0 ? BENCHMARKS : BENCHMARKS.filter((name) => names.includes(name));
}
function whole(name, text, low, high) {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high)
        return value;
    throw new Error(`--${name} must be a whole number from ${low} to ${high}, not ${text}`);
}
//# sourceMappingURL=options.js.map
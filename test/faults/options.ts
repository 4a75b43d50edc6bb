import { parseArguments, UsageError, whole } from '../../src/cli/arguments.js';
import type { RunOptions, Scenario } from './scenario.js';

export const HELP = `Usage: npm run faults -- [OPTIONS]

Hurts a running sale in every way there is a scenario for, on real processes and under load, and checks after each round that what
was acknowledged is there, that nothing was oversold and that all books agree. The exit code is 1 when a promise was broken.
Needs nothing running: it starts its own Redis, Postgres and engine. Power cuts need a C compiler (gcc, libc6-dev).

  --list             what there is
  --only NAME,NAME   only these scenarios
  --rounds N         rounds of each kill and cut        (50)
  --short            outages of seconds instead of minutes, for CI
  --connections N    connections of the load            (64)
  --json FILE        every figure of every round, for machines
  --resume           goes on from what FILE of --json has: runs what is missing there, or anew what --only names
  --readme FILE      writes the table between the markers <!-- faults:begin --> and <!-- faults:end --> of FILE
  --help             this text
`;

export interface Options extends RunOptions {
  /** Whether `--only` named them. */
  readonly areNamed: boolean;
  readonly scenarios: readonly Scenario[];
  readonly json: string | undefined;
  /** `scenarios` of which `json` has the rounds already need not be run again. */
  readonly resumes: boolean;
  readonly readme: string | undefined;
}

export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'run'; readonly options: Options };

/** Throws `UsageError`, whose message is for the terminal. */
export function parseOptions(argv: readonly string[], all: readonly Scenario[]): Request {
  const { values, positionals } = parseArguments(argv, {
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '50' },
    short: { type: 'boolean', default: false },
    connections: { type: 'string', default: '64' },
    json: { type: 'string' },
    resume: { type: 'boolean', default: false },
    readme: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  if (positionals.length > 0) throw new UsageError(`${positionals[0]} is not an option; --help lists them.`);
  const names = (values.only ?? []).flatMap((text) => text.split(','));
  for (const name of names) {
    if (!all.some((scenario) => scenario.name === name))
      throw new UsageError(`--only: there is no scenario ${JSON.stringify(name)}; --list names them.`);
  }
  if (values.resume && values.json === undefined)
    throw new UsageError('--resume needs --json FILE: the file of the run to go on with.');
  return {
    kind: 'run',
    options: {
      areNamed: names.length > 0,
      scenarios: names.length === 0 ? all : all.filter(({ name }) => names.includes(name)),
      rounds: whole('--rounds', values.rounds, 1, 10_000),
      connections: whole('--connections', values.connections, 1, 1024),
      short: values.short,
      json: values.json,
      resumes: values.resume,
      readme: values.readme,
    },
  };
}

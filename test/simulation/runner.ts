import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Coverage } from './coverage.js';
import { runSeed } from './seeds.js';
import type { SimulationResult } from './simulation.js';

/** Seeds a worker is given at a time: enough that the asking does not count, few enough that all end together. */
const CHUNK = 20;

export interface Span {
  readonly from: number;
  readonly count: number;
}

export interface RunOptions extends Span {
  /** Processes; default one for each core. */
  readonly workers?: number;
  /** Told after each chunk. */
  readonly progress?: (done: number) => void;
}

export interface RunSummary {
  /** Seeds that broke a rule, lowest first. */
  readonly failures: readonly SimulationResult[];
  readonly coverage: Readonly<Record<string, number>>;
  readonly seeds: number;
}

/** Runs seeds in this process and answers the first that breaks a rule. */
export async function firstFailure({ from, count }: Span): Promise<SimulationResult | undefined> {
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await runSeed(seed);
    if (result.violations.length > 0) return result;
  }
  return undefined;
}

/** Runs seeds in several processes. Rejects when one of them dies; ends all of them either way. */
export async function runSeeds(options: RunOptions): Promise<RunSummary> {
  const { from, count, workers = availableParallelism(), progress } = options;
  const coverage = new Coverage();
  const failures: SimulationResult[] = [];
  let next = from;
  let done = 0;
  const take = (): Span | undefined => {
    if (next >= from + count) return undefined;
    const span = { from: next, count: Math.min(CHUNK, from + count - next) };
    next += span.count;
    return span;
  };
  const children = Array.from({ length: Math.min(workers, Math.ceil(count / CHUNK)) }, () =>
    fork(fileURLToPath(new URL('./worker.js', import.meta.url)), { execArgv: ['--enable-source-maps'] }),
  );
  const received = (results: readonly SimulationResult[]): void => {
    for (const result of results) {
      coverage.add(result.coverage);
      if (result.violations.length > 0) failures.push(result);
    }
    done += results.length;
    progress?.(done);
  };
  try {
    await Promise.all(children.map((child) => feed(child, take, received)));
  } finally {
    for (const child of children) child.kill();
  }
  failures.sort((left, right) => left.seed - right.seed);
  return { failures, coverage: coverage.counts, seeds: done };
}

/** Gives a worker one span after another until there is none. */
function feed(
  child: ChildProcess,
  take: () => Span | undefined,
  received: (results: readonly SimulationResult[]) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      const span = take();
      if (span === undefined) resolve();
      else child.send(span);
    };
    child.on('message', (results) => {
      received(results as SimulationResult[]);
      give();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`a worker of the simulator ended: ${code ?? signal}`)),
    );
    give();
  });
}

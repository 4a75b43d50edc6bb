import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../src/cli/arguments.js';
import { type Baseline, compareWithBaseline, readBaseline } from './baseline.js';
import { Display } from './display.js';
import { findEngine } from './engine.js';
import { verdictOf } from './judge.js';
import { helpText, type Options, parseOptions } from './options.js';
import { htmlReport } from './report/html.js';
import type { CheckState, RunResult } from './result.js';
import { Run } from './run.js';
import { SCENARIOS } from './scenarios/index.js';
import { summaryText, verdictText } from './summary.js';

const EXIT_CODES: Readonly<Record<CheckState, number>> = { passed: 0, failed: 1, void: 3 };

/** Runs what `argv` asks for and prints it. Answers the exit code. Throws `UsageError` and what the engine's client throws. */
export async function runLoadtest(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const names = SCENARIOS.map(({ name }) => name);
  const options = parseOptions(argv, names, process.env);
  if (options === 'help') {
    process.stdout.write(helpText(SCENARIOS));
    return 0;
  }
  const scenario = SCENARIOS.find(({ name }) => name === options.scenario)!;
  // All of it first: what is wrong must not be found out after an hour.
  if (options.file !== undefined && scenario.name !== 'real')
    throw new UsageError(`--file is for the scenario real, and not for ${scenario.name}.`);
  scenario.check?.(options);
  const baseline =
    options.baseline === undefined ? undefined : readBaseline(options.baseline, options.scenario);
  checkWritable(options);
  const display = new Display(process.stderr);
  display.stage(options.running === undefined ? 'starting an engine, a Redis and a Postgres' : 'connecting');
  const engine = await findEngine(options);
  try {
    const played = await new Run(scenario, options, engine, display, signal).play();
    const result = baseline === undefined ? played : withBaseline(played, baseline, options.tolerance);
    display.end();
    process.stdout.write(`\n${summaryText(result)}`);
    try {
      writeReports(result, options);
    } finally {
      // The last line, and there even when the disk is full.
      process.stdout.write(`\n${verdictText(result)}`);
    }
    return EXIT_CODES[result.verdict];
  } finally {
    display.end();
    await engine.stop();
  }
}

function withBaseline(result: RunResult, baseline: Baseline, tolerance: number): RunResult {
  const checks = [
    ...result.checks,
    ...compareWithBaseline(result.phases, result.figures, baseline, tolerance),
  ];
  return { ...result, checks, verdict: verdictOf(checks) };
}

/** One by one: Node's own recursive way never ends where a folder cannot be made, as in `/proc` (seen with Node 20). */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is no folder`);
    return;
  }
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Found out now, and not after an hour. Throws `UsageError`. */
function checkWritable({ json, html, out }: Options): void {
  for (const file of [json ?? join(out, 'result.json'), html ?? join(out, 'report.html')]) {
    try {
      makeFolder(dirname(file));
      accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
    } catch (error) {
      throw new UsageError(`No result can be written to ${dirname(file)}: ${(error as Error).message}`);
    }
  }
}

function writeReports(result: RunResult, options: Options): void {
  const name = `${result.scenario}-${result.startedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
  const json = options.json ?? join(options.out, `${name}.json`);
  const html = options.html ?? join(options.out, `${name}.html`);
  for (const file of [json, html]) makeFolder(dirname(file));
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(html, htmlReport(result));
  process.stdout.write(`Result: ${json}\nReport: ${html}\n`);
}

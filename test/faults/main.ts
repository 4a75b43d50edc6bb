import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../src/cli/arguments.js';
import { HELP, type Options, parseOptions } from './options.js';
import { ProgressLine } from './progress.js';
import {
  grouped,
  isKept,
  isRoundKept,
  markdown,
  reportsOf,
  type ScenarioReport,
  withTable,
} from './report.js';
import { type RoundReport, Runner } from './runner.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** Runs what `argv` asks for and prints it. Answers the exit code: 0 all promises kept, 1 one was broken, 2 wrongly called. */
export async function runFaults(argv: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const request = parseOptions(argv, SCENARIOS);
    if (request.kind === 'run') return await runAll(request.options, signal);
    print(
      request.kind === 'help'
        ? HELP
        : SCENARIOS.map(({ name, title }) => `${name.padEnd(28)} ${title}`).join('\n'),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function runAll(options: Options, signal: AbortSignal): Promise<number> {
  const earlier = earlierReports(options);
  const scenarios = options.scenarios.filter(
    (scenario) => options.areNamed || !earlier.some((report) => report.scenario === scenario),
  );
  for (const { name, needs } of scenarios) {
    const need = needs?.();
    if (need !== undefined) throw new UsageError(`${name}: ${need}`);
  }
  const progress = new ProgressLine();
  const runner = new Runner(options, signal, (what, load) => progress.stage(what, load));
  let reports: readonly ScenarioReport[];
  try {
    reports = await orAborted(runScenarios({ ...options, scenarios }, earlier, runner, progress), signal);
  } finally {
    progress.end();
    await runner.close();
  }
  const table = markdown(reports);
  print(`\n${table}\n`);
  if (options.readme !== undefined)
    writeFileSync(options.readme, withTable(readFileSync(options.readme, 'utf8'), table));
  const broken = reports.filter((report) => !isKept(report));
  print(
    broken.length === 0
      ? 'Every promise was kept.'
      : `Broken: ${broken.map(({ scenario }) => scenario.name).join(', ')}`,
  );
  return broken.length === 0 ? 0 : 1;
}

/** What an earlier run found, with `--resume`. Throws `UsageError` when the file is none of such a run. */
function earlierReports({ json, resumes }: Options): readonly ScenarioReport[] {
  if (!resumes || json === undefined || !existsSync(json)) return [];
  try {
    return reportsOf(readFileSync(json, 'utf8'), SCENARIOS);
  } catch (error) {
    throw new UsageError(`--json ${json}: cannot be resumed: ${(error as Error).message}`);
  }
}

/** Those that were run in the order of the table, and what was known before of others. */
async function runScenarios(
  options: Options,
  earlier: readonly ScenarioReport[],
  runner: Runner,
  progress: ProgressLine,
): Promise<readonly ScenarioReport[]> {
  let reports = earlier;
  for (const scenario of options.scenarios) {
    progress.print(`${scenario.name}: ${scenario.title}`);
    const rounds = await runner.run(scenario, (round) => {
      for (const line of linesOf(round, scenario)) progress.print(line);
    });
    const concluded = scenario.conclude?.(rounds.map(({ verdict }) => verdict)) ?? [];
    for (const sentence of concluded) progress.print(`  BROKEN: ${sentence}`);
    reports = inOrder([
      ...reports.filter((report) => report.scenario !== scenario),
      { scenario, rounds, concluded },
    ]);
    // After each, so that a long run that is interrupted leaves what it found.
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reports, null, 2)}\n`);
  }
  return reports;
}

function inOrder(reports: readonly ScenarioReport[]): readonly ScenarioReport[] {
  return SCENARIOS.flatMap((scenario) => reports.filter((report) => report.scenario === scenario));
}

/** What is under way goes on until what it uses is taken away; nobody waits for it. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  work.catch(() => undefined);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function linesOf(report: RoundReport, scenario: Scenario): readonly string[] {
  const { round, counts, acceptedPerSecond, recoveryMs, verdict, seconds } = report;
  const recovered =
    recoveryMs === undefined ? 'did not sell again' : `sold again after ${grouped(recoveryMs)} ms`;
  const parts = [
    `  round ${String(round).padStart(3)}`,
    `${grouped(acceptedPerSecond)} accepted/s`,
    recovered,
    `${grouped(counts.ok)} ok, ${grouped(counts.refused)} refused, ${grouped(counts.unknown)} unknown`,
    `${seconds.toFixed(1)} s`,
    isRoundKept(verdict, scenario)
      ? keptWord(verdict, scenario)
      : `BROKEN: ${verdict.missing} missing, ${verdict.oversold} oversold`,
  ];
  return [parts.join('  '), ...verdict.broken.map((sentence) => `    ${sentence}`)];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function keptWord({ missing }: RoundReport['verdict'], { isControl }: Scenario): string {
  return isControl ? `${grouped(missing)} missing, and noticed` : 'kept';
}

import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../src/cli/arguments.js';
import { HELP, type Options, parseOptions } from './options.js';
import { grouped, isKept, isRoundKept, markdown, type ScenarioReport, withTable } from './report.js';
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
  for (const { name, needs } of options.scenarios) {
    const need = needs?.();
    if (need !== undefined) throw new UsageError(`${name}: ${need}`);
  }
  const runner = new Runner(options, signal);
  let reports: readonly ScenarioReport[];
  try {
    reports = await orAborted(runScenarios(options, runner), signal);
  } finally {
    await runner.close();
  }
  const table = markdown(reports);
  print(`\n${table}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reports, null, 2)}\n`);
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

async function runScenarios(options: Options, runner: Runner): Promise<readonly ScenarioReport[]> {
  const reports: ScenarioReport[] = [];
  for (const scenario of options.scenarios) {
    print(`${scenario.name}: ${scenario.title}`);
    const rounds = await runner.run(scenario, (round) => showRound(round, scenario));
    const concluded = scenario.conclude?.(rounds.map(({ verdict }) => verdict)) ?? [];
    for (const sentence of concluded) print(`  BROKEN: ${sentence}`);
    reports.push({ scenario, rounds, concluded });
  }
  return reports;
}

/** What is under way goes on until what it uses is taken away; nobody waits for it. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  work.catch(() => undefined);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function showRound(report: RoundReport, scenario: Scenario): void {
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
      ? 'kept'
      : `BROKEN: ${verdict.missing} missing, ${verdict.oversold} oversold`,
  ];
  print(parts.join('  '));
  for (const sentence of verdict.broken) print(`    ${sentence}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

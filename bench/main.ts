import { writeFileSync } from 'node:fs';
import { type DeadlineFigures, deadlineGates, measureDeadlines } from './deadlines.js';
import { type LedgerResults, ledgerGates, ledgerTable, measureLedger } from './ledger.js';
import { findLoadClient, type LoadClient } from './load.js';
import type { Measurement } from './measurement.js';
import { type MemoryFigures, measureMemory, memoryGates } from './memory.js';
import { type Options, parseOptions, type SeriesName, USAGE } from './options.js';
import { profileTables } from './profiles.js';
import { distribution, gateLines, grouped, machineLine, table } from './report.js';
import { measureSeries, type Series } from './scaling.js';
import { type ScalingResults, scalingGates, scalingTables } from './scaling-report.js';
import { measureSignatures, type SignatureCost } from './signature-cost.js';
import { type Gate, passes } from './targets.js';
import { measureThroughput, type ThroughputMeasurement } from './throughput.js';
import { throughputGates, throughputStages, throughputTable } from './throughput-report.js';

const NAME_WIDTH = 26;

interface Results {
  throughput?: readonly ThroughputMeasurement[];
  ledger?: LedgerResults;
  scaling?: ScalingResults;
  memory?: MemoryFigures;
  deadlines?: DeadlineFigures;
}

/** Runs what `argv` asks for and prints it. Answers the exit code: 1 when `--gate` is given and a target missed. */
export async function runBench(argv: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(argv);
  } catch (error) {
    print(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    print(USAGE);
    return 0;
  }
  const client = findLoadClient();
  print(`${machineLine(client.name)}, ${options.connections} connections\n`);
  const results: Results = {};
  const gates: Gate[] = [];
  for (const benchmark of options.benchmarks) {
    gates.push(...(await run(benchmark, options, client, results)));
  }
  if (options.profile !== undefined) print(`${profileTables(options.profile, options.markdown)}\n`);
  print(gateLines(gates).join('\n'));
  if (options.json !== undefined) writeJson(options.json, options, client, results, gates);
  return options.gate && !gates.every(passes) ? 1 : 0;
}

async function run(
  benchmark: Options['benchmarks'][number],
  options: Options,
  client: LoadClient,
  results: Results,
): Promise<readonly Gate[]> {
  switch (benchmark) {
    case 'throughput': {
      print('Starting all servers, defining 10,000 SKUs and warming up, about two minutes');
      results.throughput = await measureThroughput(options, client, printMeasurement);
      print(`\n${throughputTable(results.throughput, options.markdown)}\n`);
      print(`${throughputStages(results.throughput, options.markdown)}\n`);
      return throughputGates(results.throughput);
    }
    case 'ledger':
      print('Selling at full speed, at half of it, and a burst, about a minute and a half');
      results.ledger = await measureLedger(options, client);
      print(`\n${ledgerTable(results.ledger, options.markdown)}\n`);
      return ledgerGates(results.ledger);
    case 'scaling':
      results.scaling = await measureScaling(options, client);
      print(`\n${scalingTables(results.scaling, options.markdown)}\n`);
      return scalingGates(results.scaling);
    case 'memory':
      results.memory = await measureMemory(options, client);
      print(`${memoryTable(results.memory, options.markdown)}\n`);
      return memoryGates(results.memory);
    case 'deadlines':
      results.deadlines = await measureDeadlines(options, client);
      print(deadlineText(results.deadlines));
      return deadlineGates(results.deadlines);
  }
}

async function measureScaling(options: Options, client: LoadClient): Promise<ScalingResults> {
  const series = new Map<SeriesName, Series>();
  let signatures: SignatureCost | undefined;
  for (const name of options.series) {
    if (name === 'signatures') signatures = measureSignatures(options.rounds);
    else {
      print(`Scaling: ${name}`);
      series.set(name, await measureSeries(name, options, client, printMeasurement));
    }
  }
  return { series, ...(signatures === undefined ? {} : { signatures }) };
}

function printMeasurement(measurement: Measurement): void {
  const drained = measurement.drainSeconds;
  const parts = [
    `round ${measurement.round}`,
    measurement.measure.padEnd(NAME_WIDTH),
    `${grouped(measurement.perSecond).padStart(8)} a second`,
    `p99 ${measurement.p99Ms.toFixed(1)} ms`,
  ];
  if (measurement.otherShare > 0)
    parts.push(`${(measurement.otherShare * 100).toFixed(2)} % answered otherwise`);
  if (drained !== undefined) parts.push(`drained in ${drained.toFixed(1)} s`);
  if (measurement.disagreement !== '') parts.push(`COUNTED WRONG: ${measurement.disagreement}`);
  print(parts.join('  '));
}

function memoryTable(figures: MemoryFigures, markdown: boolean): string {
  const rows = [
    ['Redis bytes a live hold, all in', figures.bytesPerHold.toFixed(0)],
    ['  of which its event in the stream', figures.eventBytesPerHold.toFixed(0)],
    ...[...figures.byKey].map(([kind, bytes]) => [`  key :${kind}`, bytes.toFixed(0)]),
    [`engine, idle, MB`, (figures.engineBytesIdle / 1e6).toFixed(0)],
    [`engine with ${grouped(figures.engineHolds)} live holds, MB`, (figures.engineBytes / 1e6).toFixed(0)],
  ];
  return table([`memory at ${grouped(figures.holds)} live holds`, ''], rows, markdown);
}

function deadlineText(figures: DeadlineFigures): string {
  return [
    `back on sale after the deadline, at rest:     ${distribution(figures.expiryRestMs)}`,
    `back on sale after the deadline, under load:  ${distribution(figures.expiryLoadMs)}`,
    `last refusal after opensAt:                   ${distribution(figures.openingMs)}`,
    `holds given before opensAt:                   ${figures.earlySales}\n`,
  ].join('\n');
}

function writeJson(
  file: string,
  options: Options,
  client: LoadClient,
  results: Results,
  gates: readonly Gate[],
): void {
  const document = { client: client.name, node: process.versions.node, options, results, gates };
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value) : value;
  writeFileSync(file, `${JSON.stringify(document, plain, 2)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

import { type DeadlineFigures, deadlineGates, deadlineTable, measureDeadlines } from './deadlines.js';
import { type Failure, Failures } from './failures.js';
import { type LedgerResults, ledgerGates, ledgerTable, measureLedger } from './ledger.js';
import { findLoadClient, type LoadClient } from './load.js';
import type { Measurement } from './measurement.js';
import { type MemoryFigures, measureMemory, memoryGates, memoryTable } from './memory.js';
import { type BenchmarkName, type Options, parseOptions, USAGE } from './options.js';
import { profileTables } from './profiles.js';
import { gateTable, howMeasured, machineLine, measurementLine } from './report.js';
import { measureSeries, type Series } from './scaling.js';
import { type ScalingResults, scalingGates, scalingTables } from './scaling-report.js';
import { measureSignatures } from './signature-cost.js';
import { type Gate, passes } from './targets.js';
import { measureThroughput, type ThroughputMeasurement } from './throughput.js';
import { throughputGates, throughputStages, throughputTable } from './throughput-report.js';
import { writeFigures } from './write-figures.js';

/** Of the benchmarks that ran, also those that were broken off. */
interface Results {
  throughput?: ThroughputMeasurement[];
  ledger?: LedgerResults;
  scaling?: ScalingResults;
  memory?: MemoryFigures;
  deadlines?: DeadlineFigures;
}

/**
 * Runs what `argv` asks for: progress to stderr, tables to stdout. Answers the exit code: 1 when something could not be measured,
 * or `--gate` is given and a target missed. Throws when it is ended before its time, after it printed what it had.
 */
export async function runBench(argv: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(argv);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    print(USAGE);
    return 0;
  }
  return await new Run(options, findLoadClient()).all();
}

class Run {
  readonly #options: Options;
  readonly #client: LoadClient;
  readonly #results: Results = {};
  readonly #startedAt = Date.now();
  readonly #failures = new Failures(({ what, why }) => this.#progress(`FAILED: ${what}: ${why}`));

  constructor(options: Options, client: LoadClient) {
    this.#options = options;
    this.#client = client;
  }

  async all(): Promise<number> {
    const { benchmarks, quick, gate, profile, markdown } = this.#options;
    print(`${machineLine(this.#client.name)}\n${howMeasured(this.#options)}\n`);
    try {
      for (const benchmark of benchmarks) await this.#one(benchmark);
    } finally {
      this.#conclude();
    }
    if (profile !== undefined) print(`${profileTables(profile, markdown)}\n`);
    if (this.#failures.all.length > 0) return 1;
    const isGood = this.#gates().every(passes) && this.#doubtful().length === 0;
    return gate && !quick && !isGood ? 1 : 0;
  }

  /** What was measured is printed and written also when the rest of it fails or is ended. */
  async #one(benchmark: BenchmarkName): Promise<void> {
    this.#progress(`${benchmark}:`);
    try {
      await this.#failures.survive(benchmark, () => this.#measure(benchmark));
    } finally {
      print(`${this.#tables(benchmark)}\n`);
      this.#write();
    }
  }

  async #measure(benchmark: BenchmarkName): Promise<void> {
    const options = this.#options;
    const client = this.#client;
    const reporter = {
      progress: (text: string): void => this.#progress(text),
      failures: this.#failures,
      measured: (figure: Measurement): void => this.#progress(measurementLine(figure, options.rounds)),
    };
    switch (benchmark) {
      case 'throughput': {
        const measurements: ThroughputMeasurement[] = [];
        this.#results.throughput = measurements;
        const measured = (figure: ThroughputMeasurement): void => {
          measurements.push(figure);
          reporter.measured(figure);
        };
        return await measureThroughput(options, client, { ...reporter, measured });
      }
      case 'ledger':
        this.#results.ledger = {};
        return await measureLedger(options, client, this.#results.ledger, reporter);
      case 'scaling':
        this.#results.scaling = { series: new Map() };
        return await this.#measureScaling(this.#results.scaling, reporter);
      case 'memory':
        this.#results.memory = {};
        return await measureMemory(options, client, this.#results.memory, reporter.progress);
      case 'deadlines':
        this.#results.deadlines = {};
        return await measureDeadlines(options, client, this.#results.deadlines, reporter);
    }
  }

  async #measureScaling(
    results: ScalingResults,
    reporter: Parameters<typeof measureSeries>[1]['reporter'],
  ): Promise<void> {
    const options = this.#options;
    for (const name of options.series) {
      this.#progress(`scaling, ${name}:`);
      if (name === 'signatures') {
        results.signatures = measureSignatures(options.rounds);
        continue;
      }
      const series: Series = { points: [], measurements: [] };
      results.series.set(name, series);
      const bench = { options, client: this.#client, reporter, series };
      await this.#failures.survive(`scaling, ${name}`, () => measureSeries(name, bench));
      // Half an hour lies between the first series and the last.
      this.#write();
    }
  }

  #tables(benchmark: BenchmarkName): string {
    const { throughput, ledger, scaling, memory, deadlines } = this.#results;
    const { markdown } = this.#options;
    switch (benchmark) {
      case 'throughput':
        return `${throughputTable(throughput ?? [], markdown)}\n\n${throughputStages(throughput ?? [], markdown)}`;
      case 'ledger':
        return ledgerTable(ledger ?? {}, markdown);
      case 'scaling':
        return scalingTables(scaling ?? { series: new Map() }, markdown);
      case 'memory':
        return memoryTable(memory ?? {}, markdown);
      case 'deadlines':
        return deadlineTable(deadlines ?? {}, markdown);
    }
  }

  #gates(): readonly Gate[] {
    const { throughput, ledger, scaling, memory, deadlines } = this.#results;
    return [
      ...(throughput ? throughputGates(throughput, { withPeers: !this.#options.withoutPeers }) : []),
      ...(ledger ? ledgerGates(ledger) : []),
      ...(scaling ? scalingGates(scaling) : []),
      ...(memory ? memoryGates(memory) : []),
      ...(deadlines ? deadlineGates(deadlines) : []),
    ];
  }

  /** Figures that are not to be believed. */
  #doubtful(): readonly Failure[] {
    const { throughput = [], scaling } = this.#results;
    const series = [...(scaling?.series.values() ?? [])].flatMap(({ measurements }) => measurements);
    return [...throughput, ...series]
      .filter(({ disagreement }) => disagreement !== '')
      .map(({ measure, round, disagreement }) => ({ what: `${measure}, round ${round}`, why: disagreement }));
  }

  #conclude(): void {
    const gates = this.#gates();
    if (this.#options.quick)
      print('A quick run says that everything works, and nothing of how fast: no verdict.');
    else if (gates.length > 0) print(gateTable(gates, this.#options.markdown));
    this.#list('Not to be believed', this.#doubtful());
    this.#list('Not measured', this.#failures.all);
    this.#write();
  }

  #list(title: string, failures: readonly Failure[]): void {
    if (failures.length === 0) return;
    print(`\n${title}:\n\n${failures.map(({ what, why }) => `- ${what}: ${why}`).join('\n')}`);
  }

  #write(): void {
    const { json } = this.#options;
    if (json === undefined) return;
    const failures = { doubtful: this.#doubtful(), failed: this.#failures.all };
    writeFigures(json, {
      startedAt: new Date(this.#startedAt).toISOString(),
      client: this.#client.name,
      options: this.#options,
      results: this.#results,
      gates: this.#gates(),
      ...failures,
    });
  }

  #progress(text: string): void {
    const seconds = Math.round((Date.now() - this.#startedAt) / 1000);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    process.stderr.write(`${clock.padStart(6)}  ${text}\n`);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

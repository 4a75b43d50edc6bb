import { cpus } from 'node:os';
import type { Measurement } from './measurement.js';
import type { Options } from './options.js';
import { quantile, type Summary } from './statistics.js';
import { type Gate, passes, TARGETS } from './targets.js';

/** Of the longest measure: "Postgres counter, one call, sold out". */
const NAME_WIDTH = 36;

/** A table as text columns, or as Markdown. The first column is left-aligned, the rest are numbers. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  markdown: boolean,
): string {
  if (markdown) {
    const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    return [
      line(header),
      line(header.map((_, column) => (column === 0 ? '---' : '--:'))),
      ...rows.map(line),
    ].join('\n');
  }
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function spread(summary: Summary, digits = 0): string {
  const show = (value: number): string => (digits === 0 ? grouped(value) : value.toFixed(digits));
  return `${show(summary.low)} – ${show(summary.high)}`;
}

/** Median, p99 and worst of samples, and how many there are. */
export function distribution(samples: readonly number[]): readonly string[] {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): string => quantile(sorted, share).toFixed(1);
  return [at(0.5), at(0.99), at(1), String(sorted.length)];
}

/** One line: what the figures were made with. Cores only, no machine names. */
export function machineLine(clientName: string): string {
  return `${cpus().length} cores, Node ${process.versions.node}, ${clientName}, appendfsync always, Postgres with fsync`;
}

/** With which settings the figures of a run were made; every table needs it to be read. */
export function howMeasured({ rounds, seconds, warmUpSeconds, connections }: Options): string {
  return (
    `Rounds of throughput and scaling: ${rounds}, of ${seconds} s after ${warmUpSeconds} s of warm-up, over ${connections} connections. ` +
    'Median of the rounds and ratio of the medians, beside each the lowest and the highest of any round. ' +
    'p50 and p99 are how long a connection of the closed loop waited, not how long a buyer would.'
  );
}

/** One figure of one round, for whoever waits for the table. */
export function measurementLine(measurement: Measurement, rounds: number): string {
  const { measure, round, perSecond, p99Ms, drainSeconds, disagreement } = measurement;
  const parts = [
    `round ${round} of ${rounds}`,
    measure.padEnd(NAME_WIDTH),
    `${grouped(perSecond).padStart(8)} a second`,
    `p99 ${p99Ms.toFixed(1)} ms`,
  ];
  if (drainSeconds !== undefined) parts.push(`drained in ${drainSeconds.toFixed(1)} s`);
  if (disagreement !== '') parts.push(`DOUBTFUL: ${disagreement}`);
  return parts.join('  ');
}

/** Every target that was measured beside what it must reach, and those that were missed by name. */
export function gateTable(gates: readonly Gate[], markdown: boolean): string {
  const rows = gates.map((gate) => {
    const { name, direction, bound, unit } = TARGETS[gate.target];
    const reached = Number.isNaN(gate.value) ? '–' : withUnit(gate.value, unit);
    return [name, reached, `${direction} ${withUnit(bound, unit, String)}`, verdictOf(gate)];
  });
  const missed = gates.filter((gate) => !passes(gate));
  const names = missed.map(
    ({ target, note }) => TARGETS[target].name + (note === undefined ? '' : ` (${note})`),
  );
  const summary = missed.length === 0 ? `All ${gates.length} targets met.` : `Missed: ${names.join('; ')}.`;
  return `${table(['target', 'reached', 'bar', 'verdict'], rows, markdown)}\n\n${summary}`;
}

function verdictOf(gate: Gate): string {
  if (passes(gate)) return 'met';
  return Number.isNaN(gate.value) ? 'NOT MEASURED' : 'MISSED';
}

function withUnit(value: number, unit: string, write = twoDigits): string {
  return unit === '' || unit === '×' ? `${write(value)}${unit}` : `${write(value)} ${unit}`;
}

function twoDigits(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

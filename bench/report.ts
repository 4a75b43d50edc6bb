import { cpus } from 'node:os';
import { quantile, type Summary } from './statistics.js';
import { type Gate, passes, TARGETS } from './targets.js';

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

/** Median, p99 and worst of samples, in milliseconds. */
export function distribution(samples: readonly number[]): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): string => quantile(sorted, share).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ms of ${sorted.length}`;
}

/** One line: what the figures were made with. Cores only, no machine names. */
export function machineLine(clientName: string): string {
  return `${cpus().length} cores, Node ${process.versions.node}, ${clientName}, appendfsync always, Postgres with fsync`;
}

export function gateLines(gates: readonly Gate[]): readonly string[] {
  return gates.map((gate) => {
    const target = TARGETS[gate.target];
    const verdict = passes(gate) ? 'PASS' : 'FAIL';
    const value = Number.isInteger(gate.value) ? String(gate.value) : gate.value.toFixed(2);
    return `${verdict}  ${target.name}: ${value}${target.unit && ` ${target.unit}`} (${target.direction} ${target.bound})`;
  });
}

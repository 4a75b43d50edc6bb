import { cpus } from 'node:os';
import { quantile } from './statistics.js';
import { passes, TARGETS } from './targets.js';
/** A table as text columns, or as Markdown. The first column is left-aligned, the rest are numbers. */
export function table(header, rows, markdown) {
    if (markdown) {
        const line = (cells) => `| ${cells.join(' | ')} |`;
        return [
            line(header),
            line(header.map((_, column) => (column === 0 ? '---' : '--:'))),
            ...rows.map(line),
        ].join('\n');
    }
    const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
    const line = (cells) => cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ');
    return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
export function grouped(value) {
    return Math.round(value).toLocaleString('en-US');
}
export function spread(summary, digits = 0) {
    const show = (value) => (digits === 0 ? grouped(value) : value.toFixed(digits));
    return `${show(summary.low)} – ${show(summary.high)}`;
}
/** Median, p99 and worst of samples, in milliseconds. */
export function distribution(samples) {
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (share) => quantile(sorted, share).toFixed(1);
    return `p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ms of ${sorted.length}`;
}
/** One line: what the figures were made with. Cores only, no machine names. */
export function machineLine(clientName) {
    return `${cpus().length} cores, Node ${process.versions.node}, ${clientName}, appendfsync always, Postgres with fsync`;
}
export function gateLines(gates) {
    return gates.map((gate) => {
        const target = TARGETS[gate.target];
        const verdict = passes(gate) ? 'PASS' : 'FAIL';
        const value = Number.isInteger(gate.value) ? String(gate.value) : gate.value.toFixed(2);
        return `${verdict}  ${target.name}: ${value}${target.unit && ` ${target.unit}`} (${target.direction} ${target.bound})`;
    });
}
//# sourceMappingURL=report.js.map
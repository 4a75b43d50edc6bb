import { table } from '../bench/report.js';
import { headline, inOrder, STATE_WORDS, warningOf } from './headline.js';
import type { Check, PhaseOfRun, RunResult } from './result.js';
import {
  ERROR_HEADER,
  errorCells,
  LATENCY_HEADER,
  LOAD_HEADER,
  latencyRows,
  loadRow,
  rounded,
} from './tables.js';

/** A run for people, as text: everything but the verdict, which is `verdictText`. Tables fit 80 columns but for long names of phases. */
export function summaryText(result: RunResult): string {
  const { phases, figures, consistency, checks } = result;
  const shown = phases.filter(({ standing }) => standing !== 'aside');
  const latencies = shown.flatMap(latencyRows);
  const { seconds, machine, engine } = result;
  return [
    `${result.scenario}: ${result.title}`,
    `${Math.round(seconds)} s in all, ${machine.cores} cores, Node ${machine.node}, against ${engine}`,
    '',
    table(
      LOAD_HEADER,
      shown.map((phase) => loadRow(phase).cells),
      false,
    ),
    ...shown.flatMap(errorLine),
    '',
    ...(latencies.length === 0
      ? []
      : [
          'Latency from the moment a request was meant to start:',
          table(
            LATENCY_HEADER,
            latencies.map(({ cells }) => cells),
            false,
          ),
          '',
        ]),
    ...figures.map(({ name, value, unit }) => `${name}: ${rounded(value)} ${unit}`),
    `ledger drained after the load: ${consistency.drainSeconds.toFixed(1)} s`,
    ...(consistency.unknown > 0
      ? [`unknown at the end: ${consistency.unknown}, of which ${consistency.unresolved} stayed so`]
      : []),
    '',
    ...inOrder(checks).toReversed().map(checkLine),
    '',
    `To repeat it: ${result.repeat}`,
    '',
  ].join('\n');
}

/** The end of everything that is printed: the reasons, and the verdict in the last line. */
export function verdictText(result: RunResult): string {
  const { word, sentence, reasons } = headline(result);
  const warning = warningOf(result);
  return [
    ...(warning === undefined ? [] : [`WARNING: ${warning}`, '']),
    ...reasons.map((reason) => `- ${reason}`),
    `${word}: ${sentence}`,
    '',
  ].join('\n');
}

/** What the share of errors is made of. */
function errorLine(phase: PhaseOfRun): readonly string[] {
  const counts = errorCells(phase);
  const parts = ERROR_HEADER.flatMap((name, index) =>
    counts[index] === '0' ? [] : [`${counts[index]} ${name}`],
  );
  return parts.length === 0 ? [] : [`${phase.name}: ${parts.join(', ')}`];
}

function checkLine({ name, state, detail }: Check): string {
  return `${STATE_WORDS[state]}  ${name}: ${detail}`;
}

import { headline, inOrder, STATE_WORDS, warningOf } from '../headline.js';
import type { Check, RunResult } from '../result.js';
import {
  ERROR_HEADER,
  errorCells,
  LATE_HEADER,
  LATENCY_HEADER,
  LOAD_HEADER,
  lateCell,
  latencyRows,
  loadRow,
  rounded,
} from '../tables.js';
import { chartSvg } from './chart.js';
import { chartsOf } from './charts.js';
import { escaped, type HtmlRow, htmlTable } from './markup.js';
import { STYLE } from './style.js';
import { tilesOf } from './tiles.js';

/** An engine decides what words its answers have; a strange one must not fill the page. */
const CODES_MAX = 50;
const CODE_LENGTH_MAX = 80;

const SETTING_NAMES: Readonly<Record<string, string>> = {
  rate: 'requests a second',
  seconds: 'length of what is measured, seconds',
  connections: 'connections at most',
  arrivals: 'arrivals',
  timeoutMs: 'an answer is waited for, ms',
  seed: 'seed',
  p99Max: 'p99 at most, ms',
  errorShareMax: 'errors at most, share of the requests',
};

/** Whatever slipped into the page: it asks nobody for anything. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One page that needs nothing from anywhere: it can be mailed, and read in ten years. */
export function htmlReport(result: RunResult): string {
  const { scenario, title, explanation, startedAt, machine } = result;
  const { word } = headline(result);
  const when = startedAt.slice(0, 19).replace('T', ' ');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="icon" href="data:,">`,
    `<title>${word}: ${escaped(scenario)}, ${escaped(when)} UTC</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escaped(scenario)}</h1><p class="title">${escaped(title)}</p>`,
    verdictBlock(result),
    tilesOf(result),
    `<p>${escaped(explanation)}</p>`,
    `<p class="facts">${escaped(when)} UTC, ${Math.round(result.seconds)} s in all, against ${escaped(result.engine)}; the load came from a machine of ${machine.cores} cores with Node ${escaped(machine.node)}.</p>`,
    '<h2>What had to hold</h2>',
    `<ul class="checks">${inOrder(result.checks).map(checkItem).join('\n')}</ul>`,
    ...phaseTables(result),
    '<h2>Plots</h2>',
    ...chartsOf(result).map(chartSvg),
    '<h2>Figures</h2>',
    htmlTable(['figure', 'value'], figureRows(result)),
    '<h2>Settings</h2>',
    htmlTable(['setting', 'value'], settingRows(result)),
    '<h2>To repeat it</h2>',
    `<pre>${escaped(result.repeat)}</pre>`,
    '</main></body></html>\n',
  ].join('\n');
}

function verdictBlock(result: RunResult): string {
  const { word, state, sentence, reasons } = headline(result);
  const list = reasons.map((reason) => `<li>${escaped(reason)}</li>`).join('');
  const warning = warningOf(result);
  return [
    `<div class="verdict ${state}"><strong>${word}</strong><p>${escaped(sentence)}</p>${list === '' ? '' : `<ul>${list}</ul>`}</div>`,
    result.wasStopped && state === 'failed'
      ? '<p><b>Ctrl-C ended it before its time: this is a part of the scenario.</b></p>'
      : '',
    warning === undefined ? '' : `<p class="warning">${escaped(warning)}</p>`,
  ].join('\n');
}

function checkItem({ name, state, detail }: Check): string {
  return `<li class="${state}"><b>${STATE_WORDS[state]}</b> ${escaped(name)}: ${escaped(detail)}</li>`;
}

function phaseTables({ phases }: RunResult): readonly string[] {
  const shown = phases.filter(({ standing }) => standing !== 'aside');
  const latencies = shown.flatMap((phase) =>
    latencyRows(phase).map(
      (row): HtmlRow => ({ cells: [...row.cells, lateCell(phase, row)], looks: row.kind }),
    ),
  );
  const loads = shown.map((phase): HtmlRow => {
    const { cells, kind } = loadRow(phase);
    return { cells: [...cells, ...errorCells(phase)], looks: kind };
  });
  return [
    '<h2>Load</h2>',
    '<p class="note">Offered: requests that were due, a second. In time: the share of them that was sent when it was due; under 99 % the phase is VOID. Errors: failed answers, timed out, cut off and unsent, of all that were due.</p>',
    htmlTable([...LOAD_HEADER, ...ERROR_HEADER], loads),
    ...(latencies.length === 0
      ? [
          '<p class="note">A closed loop: its latencies say how many connections there were, and are left out.</p>',
        ]
      : [
          '<h2>Latency</h2>',
          '<p class="note">Milliseconds from the moment a request was meant to start; what timed out or was never sent is in it with the time it was waited for. Client late: how much of it the load generator itself was late, for want of processor time.</p>',
          htmlTable([...LATENCY_HEADER, LATE_HEADER], latencies),
        ]),
  ];
}

function figureRows({ figures, consistency, phases }: RunResult): readonly HtmlRow[] {
  const codes = phases
    .filter(({ standing }) => standing !== 'aside')
    .flatMap(({ name, codes: counts }) =>
      Object.entries(counts).map(
        ([code, count]) => [`${name}: answered ${code.slice(0, CODE_LENGTH_MAX)}`, rounded(count)] as const,
      ),
    );
  const rows = [
    ...figures.map(({ name, value, unit }) => [name, `${rounded(value)} ${unit}`]),
    ['ledger drained after the load', `${consistency.drainSeconds.toFixed(1)} s`],
    ['outcomes nobody knew at the end', rounded(consistency.unknown)],
    ['… of which could not be learnt by asking again', rounded(consistency.unresolved)],
    ...codes.slice(0, CODES_MAX),
    ...(codes.length > CODES_MAX ? [['other answers', `${codes.length - CODES_MAX} kinds`]] : []),
  ];
  return rows.map((cells) => ({ cells }));
}

function settingRows({ settings }: RunResult): readonly HtmlRow[] {
  return Object.entries(settings).map(([name, value]) => ({
    cells: [SETTING_NAMES[name] ?? name, String(value)],
  }));
}

import type { Check, RunResult } from '../result.js';
import { PHASE_HEADER, phaseCells, rounded, STATE_WORDS, VERDICTS } from '../summary.js';
import { chartSvg } from './chart.js';
import { chartsOf } from './charts.js';
import { escaped, htmlTable } from './markup.js';
import { STYLE } from './style.js';

/** One page that needs nothing from anywhere: it can be mailed, and read in ten years. */
export function htmlReport(result: RunResult): string {
  const { scenario, title, explanation, startedAt, verdict, phases, machine } = result;
  const shown = phases.filter(({ standing }) => standing !== 'aside');
  const when = startedAt.slice(0, 19).replace('T', ' ');
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(scenario)}: ${STATE_WORDS[verdict]}</title><style>${STYLE}</style></head><body><main>`,
    `<h1>${escaped(scenario)}</h1><p class="title">${escaped(title)}</p>`,
    `<p class="verdict ${verdict}">${escaped(VERDICTS[verdict])}</p>`,
    result.wasStopped ? '<p><b>Stopped by Ctrl-C: this is a part of the scenario.</b></p>' : '',
    `<p>${escaped(explanation)}</p>`,
    `<p class="facts">${when} UTC, ${Math.round(result.seconds)} s in all, against ${escaped(result.engine)}; the load came from ${machine.cores} cores with Node ${escaped(machine.node)}.</p>`,
    `<ul class="checks">${result.checks.map(checkItem).join('')}</ul>`,
    '<h2>Phases</h2>',
    htmlTable(PHASE_HEADER, shown.map(phaseCells)),
    ...chartsOf(result).map(chartSvg),
    '<h2>Figures</h2>',
    htmlTable(['', ''], figureRows(result)),
    '<h2>Settings</h2>',
    htmlTable(
      ['', ''],
      Object.entries(result.settings).map(([name, value]) => [name, String(value)]),
    ),
    '</main></body></html>\n',
  ].join('\n');
}

function checkItem({ name, state, detail }: Check): string {
  return `<li class="${state}"><b>${STATE_WORDS[state]}</b> ${escaped(name)}: ${escaped(detail)}</li>`;
}

function figureRows({ figures, consistency, phases }: RunResult): readonly (readonly string[])[] {
  const codes = phases
    .filter(({ standing }) => standing !== 'aside')
    .flatMap(({ name, codes: counts }) =>
      Object.entries(counts).map(([code, count]) => [`${name}: answered ${code}`, rounded(count)]),
    );
  return [
    ...figures.map(({ name, value, unit }) => [name, `${rounded(value)} ${unit}`]),
    ['ledger drained after the load', `${consistency.drainSeconds.toFixed(1)} s`],
    ['outcomes nobody knew at the end', rounded(consistency.unknown)],
    ['… of which could not be learnt by asking again', rounded(consistency.unresolved)],
    ...codes,
  ];
}

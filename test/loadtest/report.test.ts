import { PassThrough } from 'node:stream';
import t from 'tap';
import { Display, liveLine, type Screen } from '../../loadtest/display.js';
import { chartSvg } from '../../loadtest/report/chart.js';
import { chartsOf } from '../../loadtest/report/charts.js';
import { htmlReport } from '../../loadtest/report/html.js';
import { linearScale, logScale, short } from '../../loadtest/report/scale.js';
import { summaryText } from '../../loadtest/summary.js';
import { latency, phaseWith, resultWith } from './results.js';

t.test('axes begin and end at round numbers, and have everything between them', async (t) => {
  for (const high of [0.003, 1, 7, 99, 12_345, 1e7]) {
    const { ticks, place } = linearScale(0, high, 0, 100);
    t.equal(ticks[0], 0);
    t.ok(ticks.at(-1)! >= high * 0.999 && ticks.length >= 3 && ticks.length <= 8, `${high}: ${ticks}`);
    t.ok(place(high) <= 100 && place(high) > 50);
  }
  const log = logScale(0.4, 250, 0, 300);
  t.same(log.ticks, [0.1, 1, 10, 100, 1000]);
  t.equal(log.place(10), 150);
  t.equal(log.place(1e9), 300, 'what is beyond the end is at the end');
  t.same(logScale(5, 5, 0, 1).ticks, [1, 10], 'a single value has a decade');
  t.same([0, 0.25, 20, 1500, 25_000, 1_200_000].map(short), ['0', '0.25', '20', '1,500', '25k', '1.2M']);
});

t.test('a chart keeps its peaks, and draws nothing of nothing', async (t) => {
  const points = Array.from({ length: 5000 }, (_, x) => ({ x, y: x === 3210 ? 1000 : 1 }));
  const axes = { title: '<peaks>', xLabel: 's', yLabel: 'ms' };
  const svg = chartSvg({ ...axes, series: [{ name: 'one', points }] });
  t.ok((svg.match(/points="[^"]*"/)?.[0].split(' ').length ?? 0) <= 401);
  const heights = [...svg.matchAll(/[ "][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  t.ok(Math.min(...heights) < 15, 'the one high point is there');
  t.match(svg, /&lt;peaks&gt;/);
  t.equal(chartSvg({ ...axes, series: [{ name: 'none', points: [] }] }), '');
  const zeros = [{ x: 1, y: 0 }];
  t.equal(chartSvg({ ...axes, y: 'log', series: [{ name: 'zero', points: zeros }] }), '');
});

t.test('the report of a run', async (t) => {
  const checks = [{ name: 'selling: p99', state: 'failed', detail: '12 ms, at most <10> ms' }] as const;
  const html = htmlReport(resultWith({ checks, verdict: 'failed' }));
  t.match(html, /^<!doctype html>/);
  t.match(html, /FAIL<\/b> selling: p99: 12 ms, at most &lt;10&gt; ms/);
  t.match(html, /selling: answered sold_out/);
  t.notMatch(html, /(src|href|url\()/, 'nothing has to be fetched');
  t.notMatch(html, /NaN|undefined|Infinity/);
  const titles = chartsOf(resultWith()).map(({ title }) => title);
  t.equal(titles.length, 6);
  t.notOk(titles.includes('Latency against offered load'), 'one load draws no curve');
});

t.test('a curve over several loads, in their order', async (t) => {
  const loads = [300, 100, 200].map((due) => phaseWith({ name: `${due}/s`, due, all: latency(due / 10) }));
  const [first] = chartsOf(resultWith({ scenario: 'capacity', phases: loads }));
  t.equal(first!.title, 'Latency against offered load');
  const p99 = first!.series.find(({ name }) => name === 'p99');
  t.same(p99!.points, [
    { x: 100, y: 10 },
    { x: 200, y: 20 },
    { x: 300, y: 30 },
  ]);
});

t.test('a closed loop shows no latency', async (t) => {
  const phases = [phaseWith({ isOpen: false })];
  const text = summaryText(resultWith({ phases }));
  t.match(text, /selling .* closed .* – +– +– +–\n/);
  const titles = chartsOf(resultWith({ phases })).map(({ title }) => title);
  t.notOk(
    titles.some((title) => /Latency|took at most/.test(title)),
    titles.join(),
  );
});

t.test('the summary says what was shown, found and judged', async (t) => {
  const warm = phaseWith({ name: 'warming up', standing: 'aside' });
  const figures = [{ name: 'saturation', value: 12_345.6, unit: 'requests/s' }];
  const text = summaryText(resultWith({ phases: [warm, phaseWith()], figures, verdict: 'void' }));
  t.notMatch(text, /warming up/);
  t.match(text, /saturation: 12,346 requests\/s/);
  t.match(text, /VOID: the load that was meant could not be sent/);
  const [sample] = phaseWith().samples;
  t.match(liveLine({ ...sample!, errors: 3 }, 2), /1,000 due\/s .* p99 4\.0 .* 3 errors .* 2\.0 s behind/);
});

/** Everything that a display writes there. */
function writtenTo(screen: { readonly isTTY: boolean; readonly columns: number }): string {
  const stream = new PassThrough({ encoding: 'utf8' });
  const display = new Display(Object.assign(stream, screen) satisfies Screen);
  const [sample] = phaseWith().samples;
  display.stage('selling');
  for (let second = 1; second <= 7; second += 1)
    display.sample({ lagSeconds: 0 }, 'selling', { ...sample!, at: second });
  display.end();
  return String(stream.read());
}

t.test('one line that changes on a terminal, few lines elsewhere', async (t) => {
  const terminal = writtenTo({ isTTY: true, columns: 40 });
  t.equal(terminal.split('\n').length, 2, 'one line, ended once');
  const updates = terminal.split('\r\x1b[2K').slice(1);
  t.equal(updates.length, 7);
  t.ok(updates.every((update) => update.trimEnd().length <= 39));
  const file = writtenTo({ isTTY: false, columns: 40 });
  t.equal(file.trim().split('\n').length, 2, 'the stage, and the fifth second');
  t.notOk(file.includes('\x1b'));
});

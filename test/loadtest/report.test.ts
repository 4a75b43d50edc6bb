import { PassThrough } from 'node:stream';
import t from 'tap';
import { Display, type Screen } from '../../loadtest/display.js';
import { parseOptions } from '../../loadtest/options.js';
import { repeatCommand } from '../../loadtest/repeat.js';
import { chartSvg } from '../../loadtest/report/chart.js';
import { chartsOf } from '../../loadtest/report/charts.js';
import { htmlReport } from '../../loadtest/report/html.js';
import { linearScale, logScale, short, spanScale } from '../../loadtest/report/scale.js';
import { summaryText, verdictText } from '../../loadtest/summary.js';
import { KEPT, latency, phaseWith, resultWith } from './results.js';

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

t.test('an axis that is shared ends where it should, with round numbers on it', async (t) => {
  const { ticks, place } = spanScale(0, 23.4, 0, 234, 5);
  t.same(ticks, [0, 5, 10, 15, 20]);
  t.equal(place(23.4), 234);
  t.same(spanScale(3, 3, 0, 1, 5).ticks.length, 1, 'a single moment');
});

/** What the lines of the wide drawing go through. */
function linesOf(svg: string): readonly string[] {
  const wide = svg.slice(svg.indexOf('<svg class="plot wide"'), svg.indexOf('<svg class="plot narrow"'));
  return [...wide.matchAll(/polyline points="([^"]*)"/g)].map(([, points]) => points!);
}

const AXES = { title: '<peaks>', xLabel: 's', yLabel: 'ms' };

t.test('a chart keeps its peaks and its holes, and draws nothing of nothing', async (t) => {
  const of = (x: number): number => (x === 3210 ? 1000 : x === 1234 ? 0 : 500);
  const points = Array.from({ length: 86_400 }, (_, x) => ({ x, y: of(x) }));
  const svg = chartSvg({ ...AXES, series: [{ name: 'one', points }] });
  const [drawn] = linesOf(svg);
  t.ok(drawn!.split(' ').length <= 500, 'a day has as many points as an hour');
  const heights = drawn!.split(' ').map((place) => Number(place.split(',')[1]));
  t.equal(Math.min(...heights), 22, 'the one high point is at the top');
  t.equal(Math.max(...heights), 236, 'the one low point is at the bottom');
  t.match(svg, /Of each \d+ points the lowest and the highest are drawn/);
  t.match(svg, /&lt;peaks&gt;/);
  const low = linesOf(
    chartSvg({
      ...AXES,
      yLeast: 100,
      series: [
        {
          name: 'one',
          points: [
            { x: 0, y: 50 },
            { x: 1, y: 0 },
          ],
        },
      ],
    }),
  );
  t.equal(low[0]!.split(' ')[0]!.split(',')[1], '129.0', 'half of all is half way up');
  t.equal(chartSvg({ ...AXES, series: [{ name: 'none', points: [] }] }), '');
  const zeros = [{ x: 1, y: 0 }];
  t.equal(chartSvg({ ...AXES, y: 'log', series: [{ name: 'zero', points: zeros }] }), '');
});

t.test('where nothing is known no line is drawn, and a lonely point is seen', async (t) => {
  const ys = [1, 2, Number.NaN, 3, Number.NaN, 4, 5];
  const points = ys.map((y, x) => ({ x, y }));
  const svg = chartSvg({ ...AXES, series: [{ name: 'one', points }] });
  t.same(
    linesOf(svg).map((line) => line.split(' ').length),
    [2, 2],
  );
  const many = Array.from({ length: 5000 }, (_, x) => ({ x, y: x === 2500 ? 7 : Number.NaN }));
  t.match(chartSvg({ ...AXES, series: [{ name: 'one', points: many }] }), /<circle/);
});

t.test('seconds without an answer interrupt the latency, and phases are not joined', async (t) => {
  const [sample] = phaseWith().samples;
  const silent = { ...sample!, p50: 0, p99: 0, p999: 0, max: 0, accepted: 0, refused: 0 };
  const samples = [sample!, silent, sample!].map((one, index) => ({ ...one, at: index + 1 }));
  const phases = [
    phaseWith({ samples, seconds: 3 }),
    phaseWith({ name: 'later', from: 5, samples, seconds: 3 }),
  ];
  const latencies = chartsOf(resultWith({ phases })).find(({ title }) => title === 'Latency over time')!;
  const known = latencies.series[0]!.points.map(({ y }) => Number.isFinite(y));
  t.same(known, [true, false, true, false, true, false, true, false]);
  t.same(
    latencies.bands!.map(({ from, to }) => [from, to]),
    [
      [0, 3],
      [5, 8],
    ],
  );
});

t.test('an engine that did not say anything for a while has no lag then', async (t) => {
  const [observation] = resultWith().observations;
  const observations = [0, 1, 2, 9].map((at) => ({ ...observation!, at }));
  const phases = [phaseWith({ seconds: 10 })].map((phase) => ({
    ...phase,
    samples: phase.samples.map((sample) => ({ ...sample, at: 9 })),
  }));
  const lag = chartsOf(resultWith({ phases, observations })).find(({ title }) => /ledger/.test(title))!;
  t.same(
    lag.series[0]!.points.map(({ y }) => Number.isFinite(y)),
    [true, true, true, false, true],
  );
});

t.test('what is left of a second makes no rate', async (t) => {
  const [sample] = phaseWith().samples;
  const tail = { ...sample!, at: 1.002, seconds: 0.002, due: 0, accepted: 30, refused: 0, max: 9000 };
  const phases = [phaseWith({ samples: [sample!, tail] })];
  const answers = chartsOf(resultWith({ phases })).find(({ yLabel }) => yLabel === 'a second')!;
  const [offered] = answers.series.find(({ name }) => name === 'offered')!.points;
  t.equal(Math.round(offered!.y), 1000, 'was due within its second');
  const accepted = answers.series.find(({ name }) => name === 'accepted')!.points;
  t.same(
    accepted.map(({ y }) => Math.round(y)),
    [928, Number.NaN],
  );
});

t.test('the report of a run', async (t) => {
  const checks = [
    { name: 'consistency', state: 'passed', detail: 'all is there' },
    { name: 'selling: p99', state: 'failed', detail: '12 ms, at most <10> ms' },
  ] as const;
  const html = htmlReport(resultWith({ checks, verdict: 'failed' }));
  t.match(html, /^<!doctype html>/);
  t.match(html, /<strong>FAILED<\/strong>.*<li>selling: p99: 12 ms, at most &lt;10&gt; ms<\/li>/);
  t.ok(html.indexOf('FAIL</b> selling') < html.indexOf('PASS</b> consistency'), 'what failed comes first');
  t.match(html, /selling: answered sold_out/);
  t.match(html, /<pre>npm run loadtest -- hot-sku --rate 1000<\/pre>/);
  t.notMatch(html, /src=|url\(|@import|href="(?!data:)/, 'nothing has to be fetched');
  t.notMatch(html, /NaN|undefined|Infinity/);
  const titles = chartsOf(resultWith()).map(({ title }) => title);
  t.equal(titles.length, 7);
  t.notOk(titles.includes('Latency against offered load'), 'one load draws no curve');
});

t.test('a report has a bound, and no markup from the outside', async (t) => {
  const evil = '<script>alert("1")</script>';
  const [sample] = phaseWith().samples;
  const samples = Array.from({ length: 3600 }, (_, at) => ({
    ...sample!,
    at: at + 1,
    p99: 4000 + (at % 97),
  }));
  const codes = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${evil}${index}`, 1]));
  const phases = [phaseWith({ name: evil, samples, codes, seconds: 3600 })];
  const [observation] = resultWith().observations;
  const observations = samples.map(({ at }) => ({ ...observation!, at }));
  const words = { title: evil, explanation: evil, engine: evil, repeat: evil, settings: { [evil]: evil } };
  const checks = [{ name: evil, state: 'failed', detail: evil }] as const;
  const html = htmlReport(resultWith({ ...words, phases, observations, checks, verdict: 'failed' }));
  t.notMatch(html, /<script/);
  t.ok(html.length < 300_000, `${html.length} characters after an hour`);
  t.match(html, /minutes since the load began/);
});

t.test('a curve over several loads, in their order', async (t) => {
  const loads = [300, 100, 200].map((due) =>
    phaseWith({ name: `${due}/s`, due, all: latency(due / 10), standing: 'shown' }),
  );
  const [first] = chartsOf(resultWith({ scenario: 'capacity', phases: loads }));
  t.equal(first!.title, 'Latency against offered load');
  t.same(first!.xRange, { from: 0, to: 300 }, 'begins at no load at all');
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
  t.match(text, /selling .* closed /);
  t.notMatch(text, /p99/);
  const titles = chartsOf(resultWith({ phases })).map(({ title }) => title);
  t.notOk(
    titles.some((title) => /Latency|took how long/.test(title)),
    titles.join(),
  );
});

t.test('the summary says what was shown, found and judged', async (t) => {
  const warm = phaseWith({ name: 'warming up', standing: 'aside' });
  const figures = [{ name: 'saturation', value: 12_345.6, unit: 'requests/s' }];
  const selling = phaseWith({ unsent: 7, sentInTime: 900 });
  const text = summaryText(resultWith({ phases: [warm, selling], figures }));
  t.notMatch(text, /warming up/);
  t.match(text, /saturation: 12,346 requests\/s/);
  t.match(text, /selling \(VOID\) +1,000 +90\.0 %/, 'a row that does not count says so');
  t.match(text, /selling: 7 unsent/);
  t.match(text, /p50 +p90 +p99 +p99\.9 +max +requests\n/);
  t.match(text, /To repeat it: npm run loadtest -- hot-sku --rate 1000\n/);
  t.ok(text.split('\n').every((line) => line.length <= 80));
});

/** The last line that is printed. */
function lastLine(differing: Parameters<typeof resultWith>[0]): string {
  return verdictText(resultWith(differing)).trimEnd().split('\n').at(-1)!;
}

t.test('the last line is the verdict, and claims no more than there was', async (t) => {
  t.match(lastLine({}), /^PASSED: The service levels held, and Redis/);
  t.match(lastLine({ phases: [phaseWith({ isOpen: false })] }), /^PASSED: .* no latency/);
  t.match(lastLine({ verdict: 'void', wasStopped: true }), /^STOPPED: .* no verdict/);
  t.match(lastLine({ verdict: 'failed' }), /^FAILED: Nothing was lost/);
  t.match(lastLine({ verdict: 'failed', wasStopped: true }), /^FAILED/);
  t.match(lastLine({ verdict: 'failed', consistency: { ...KEPT, isKept: false } }), /^FAILED: .*Do not sell/);
  t.match(
    lastLine({ verdict: 'void', phases: [phaseWith({ sentInTime: 900 })] }),
    /^VOID: .* nothing was measured/,
  );
  t.match(lastLine({ verdict: 'void' }), /^VOID: No verdict/);
});

t.test('a client without processor time, and a store that is not durable, are named', async (t) => {
  const late = [phaseWith({ all: latency(30), lateness: latency(9) })];
  t.match(verdictText(resultWith({ verdict: 'failed', phases: late })), /client was late by 9\.00 ms/);
  const onTime = [phaseWith({ all: latency(30) })];
  t.notMatch(verdictText(resultWith({ verdict: 'failed', phases: onTime })), /client/);
  const observations = resultWith().observations.map((one) => ({ ...one, durable: 0 }));
  t.match(verdictText(resultWith({ observations })), /WARNING: .*durability/);
  t.match(htmlReport(resultWith({ observations })), /class="warning"/);
});

t.test('the command that repeats a run has the rate that was found, and no password', async (t) => {
  const options = parseOptions(
    [
      'hot-sku',
      '--url',
      'http://u:secret@shop',
      '--redis-url',
      'redis://:secret@r',
      '--database-url',
      'x:secret',
    ],
    ['hot-sku'],
    {},
  );
  if (options === 'help') throw new Error('asked for no help');
  const command = repeatCommand(options, 30, 1234.4);
  t.match(command, /^npm run loadtest -- hot-sku --duration 30 --rate 1234 --connections 256 /);
  t.match(command, /--errors 0\.1 --url http:\/\/shop /);
  t.notMatch(command, /secret/);
  t.match(
    repeatCommand({ ...options, rate: 50, file: "it's" }, 30, undefined),
    /--rate 50 .*--file 'it'\\''s'/,
  );
});

/** Everything that a display writes there. */
function writtenTo(screen: { readonly isTTY: boolean; readonly columns: number }, seconds = 7): string {
  const stream = new PassThrough({ encoding: 'utf8' });
  const display = new Display(Object.assign(stream, screen) satisfies Screen);
  const [sample] = phaseWith().samples;
  display.stage('selling', 30);
  for (let second = 1; second <= seconds; second += 1)
    display.sample({ lagSeconds: 2 }, 'selling', { ...sample!, at: second, errors: 3 });
  display.sample({ lagSeconds: 2 }, 'selling', {
    ...sample!,
    at: seconds + 0.001,
    seconds: 0.001,
    errors: 9,
  });
  display.end();
  return String(stream.read());
}

t.test('one line that changes on a terminal, few lines elsewhere', async (t) => {
  const terminal = writtenTo({ isTTY: true, columns: 50 });
  t.equal(terminal.split('\n').length, 2, 'one line, ended once');
  const updates = terminal.split('\r\x1b[2K').slice(1);
  t.equal(updates.length, 7, 'none for what is left of a second');
  t.equal(updates[6], 'selling 7/30 s, 3 ERRORS, p99 4.0 ms\n', 'whole parts, errors first');
  const file = writtenTo({ isTTY: false, columns: 50 });
  t.equal(file.trim().split('\n').length, 3, 'the beginning, the fifth second, and the last');
  t.match(
    file,
    /selling 7\/30 s, 3 ERRORS, p99 4\.0 ms, 1,000 offered\/s, 900 accepted\/s, .* ledger 2\.0 s behind/,
  );
  t.notOk(file.includes('\x1b'));
  t.match(writtenTo({ isTTY: false, columns: 50 }, 2), /selling 2\/30 s/, 'a short phase is told of as well');
});

t.test('what is done again and again is said once', async (t) => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const display = new Display(Object.assign(stream, { isTTY: false, columns: 80 }) satisfies Screen);
  for (let wave = 1; wave <= 3; wave += 1) display.stage('filling', 1);
  display.stage('waiting');
  display.end();
  const written = String(stream.read());
  t.equal(written.match(/filling/g)?.length, 1);
  t.match(written, /waiting/);
});

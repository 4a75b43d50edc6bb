import { escaped } from './markup.js';
import { linearScale, logScale, type Scale, short } from './scale.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Default `linear`. On a `log` axis what is not above 0 is left out. */
  readonly y?: 'linear' | 'log';
  /** A bound that is drawn across. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** Parts of the x axis with a name, like the phases of a run. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly name: string }[];
  /** Names of ticks of the x axis instead of numbers. */
  readonly xTicks?: readonly { readonly x: number; readonly name: string }[];
}

const WIDTH = 860;
const HEIGHT = 270;
const EDGE = { left: 62, right: 26, top: 12, bottom: 40 } as const;
const POINTS_MAX = 400;
/** Above this many points lines alone are drawn; below, each point tells its value when pointed at. */
const MARKS_MAX = 130;
const BAND_LABEL_WIDTH_MIN = 50;
const LETTER_WIDTH = 7;

/** A chart as SVG that needs nothing else but the page's style; empty where there is nothing to draw. */
export function chartSvg(chart: Chart): string {
  const isLog = chart.y === 'log';
  const drawn = chart.series.map(({ name, points }) => ({ name, points: thinned(points, isLog) }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const xs = all.map(({ x }) => x);
  const x = linearScale(lowest(xs), highest(xs), EDGE.left, WIDTH - EDGE.right);
  const y = yScale(chart, all);
  const parts = [
    ...bands(chart, x),
    ...yAxis(y, chart.yLabel),
    ...xAxis(chart, x),
    ...limitLine(chart, y),
    ...drawn.map(({ name, points }, index) => line(name, points, index, x, y, chart)),
  ];
  return [
    `<figure><figcaption>${escaped(chart.title)}</figcaption>${legend(drawn)}`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(chart.title)}">`,
    ...parts,
    '</svg></figure>',
  ].join('\n');
}

function yScale(chart: Chart, all: readonly Point[]): Scale {
  const ys = [...all.map(({ y }) => y), ...(chart.limit === undefined ? [] : [chart.limit.value])];
  const [from, to] = [HEIGHT - EDGE.bottom, EDGE.top];
  if (chart.y === 'log') return logScale(lowest(ys), highest(ys), from, to);
  return linearScale(Math.min(0, lowest(ys)), highest(ys), from, to);
}

/** Few enough to draw; of several in one place the highest, because a peak must not disappear. */
function thinned(points: readonly Point[], isLog: boolean): readonly Point[] {
  const usable = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && (!isLog || y > 0));
  if (usable.length <= POINTS_MAX) return usable;
  const size = Math.ceil(usable.length / POINTS_MAX);
  const kept: Point[] = [];
  for (let from = 0; from < usable.length; from += size) {
    kept.push(usable.slice(from, from + size).reduce((most, point) => (point.y > most.y ? point : most)));
  }
  return kept;
}

function yAxis(y: Scale, label: string): readonly string[] {
  const lines = y.ticks.map((tick) => {
    const at = y.place(tick).toFixed(1);
    return `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at}" y2="${at}"/><text class="tick" x="${EDGE.left - 7}" y="${at}" dy="0.35em" text-anchor="end">${short(tick)}</text>`;
  });
  const middle = (EDGE.top + HEIGHT - EDGE.bottom) / 2;
  return [
    ...lines,
    `<text class="label" transform="translate(13 ${middle}) rotate(-90)" text-anchor="middle">${escaped(label)}</text>`,
  ];
}

function xAxis({ xLabel, xTicks }: Chart, x: Scale): readonly string[] {
  const bottom = HEIGHT - EDGE.bottom;
  const ticks = xTicks ?? x.ticks.map((tick) => ({ x: tick, name: short(tick) }));
  return [
    ...ticks.map(
      (tick) =>
        `<text class="tick" x="${x.place(tick.x).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${escaped(tick.name)}</text>`,
    ),
    `<text class="label" x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 5}" text-anchor="middle">${escaped(xLabel)}</text>`,
  ];
}

function bands({ bands: all = [] }: Chart, x: Scale): readonly string[] {
  return all.flatMap(({ from, to, name }, index) => {
    const [left, right] = [x.place(from), x.place(to)];
    const width = right - left;
    const height = HEIGHT - EDGE.bottom - EDGE.top;
    const area = `<rect class="band band-${index % 2}" x="${left.toFixed(1)}" y="${EDGE.top}" width="${width.toFixed(1)}" height="${height}"><title>${escaped(name)}</title></rect>`;
    if (width < Math.max(BAND_LABEL_WIDTH_MIN, name.length * LETTER_WIDTH)) return [area];
    return [
      area,
      `<text class="band-name" x="${(left + 5).toFixed(1)}" y="${EDGE.top + 13}">${escaped(name)}</text>`,
    ];
  });
}

function limitLine({ limit }: Chart, y: Scale): readonly string[] {
  if (limit === undefined) return [];
  const at = y.place(limit.value);
  return [
    `<line class="limit" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>`,
    `<text class="limit-name" x="${WIDTH - EDGE.right - 4}" y="${(at - 4).toFixed(1)}" text-anchor="end">${escaped(limit.name)}</text>`,
  ];
}

function line(
  name: string,
  points: readonly Point[],
  index: number,
  x: Scale,
  y: Scale,
  chart: Chart,
): string {
  const places = points.map((point) => [x.place(point.x).toFixed(1), y.place(point.y).toFixed(1)] as const);
  const path = places.map((place) => place.join(',')).join(' ');
  const marks =
    points.length > MARKS_MAX
      ? []
      : places.map(([cx, cy], place) => {
          const { x: at, y: value } = points[place]!;
          const where = chart.xTicks?.find((tick) => tick.x === at)?.name ?? `${short(at)} ${chart.xLabel}`;
          const title = `${name}: ${short(value)} ${chart.yLabel}, ${where}`;
          return `<circle class="mark" cx="${cx}" cy="${cy}" r="2.5"><title>${escaped(title)}</title></circle>`;
        });
  return `<g class="series series-${index}"><polyline points="${path}"/>${marks.join('')}</g>`;
}

function legend(series: readonly Series[]): string {
  const items = series
    .map(({ name, points }, index) => ({ name, points, index }))
    .filter(({ points }) => points.length > 0)
    .map(({ name, index }) => `<span class="key key-${index}">${escaped(name)}</span>`);
  return `<div class="legend">${items.join('')}</div>`;
}

function lowest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

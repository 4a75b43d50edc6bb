import { escaped } from './markup.js';
import { linearScale, logScale, type Scale, short, spanScale } from './scale.js';
import { type Thinned, thinned } from './thin.js';

export interface Point {
  readonly x: number;
  /** Not a number where nothing is known: the line is interrupted there. */
  readonly y: number;
  /** Of its place on the x axis, where the number there says nothing. */
  readonly name?: string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Which of the colours and dashes, so that the same thing looks the same in every chart. Default: its place among the series. */
  readonly look?: number;
  /** Drawn thicker than the others: the one that is judged. */
  readonly isMain?: boolean;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** What is seen there does not count. */
  readonly isVoid?: boolean;
}

export interface Chart {
  readonly title: string;
  /** What a reader has to know to read it. */
  readonly note?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Default `linear`, which begins at 0. On a `log` axis what is not above 0 interrupts the line. */
  readonly y?: 'linear' | 'log';
  /** The y axis goes at least so far: a share to all of it, and what is next to nothing is drawn so. */
  readonly yLeast?: number;
  /** Default: from the first point to the last. */
  readonly xRange?: { readonly from: number; readonly to: number };
  /** A bound that is drawn across. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** Parts of the x axis with a name, like the phases of a run. */
  readonly bands?: readonly Band[];
  /** Names of ticks of the x axis instead of numbers. */
  readonly xTicks?: readonly { readonly x: number; readonly name: string }[];
}

/** A drawing for one width of screen: letters do not shrink with it. */
interface Frame {
  readonly kind: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly ticks: number;
  readonly buckets: number;
  /** Up to so many points of a line tell their values when pointed at, which a finger cannot. */
  readonly marksMax: number;
}

const WIDE: Frame = {
  ...{ kind: 'wide', width: 860, height: 280, left: 64, right: 20, top: 22, bottom: 44 },
  ...{ ticks: 8, buckets: 240, marksMax: 130 },
};
const NARROW: Frame = {
  ...{ kind: 'narrow', width: 380, height: 250, left: 56, right: 14, top: 22, bottom: 44 },
  ...{ ticks: 4, buckets: 90, marksMax: 0 },
};
const LETTER_WIDTH = 6.8;

/** A series as it is drawn in one frame. */
interface Drawn extends Thinned {
  readonly name: string;
  readonly look: number;
  readonly isMain: boolean;
}

/** A chart as SVG that needs nothing else but the page's style, for wide screens and for narrow ones; empty where there is nothing to draw. */
export function chartSvg(chart: Chart): string {
  const wide = drawnIn(WIDE, chart);
  if (wide.length === 0) return '';
  const bucket = wide.reduce((most, one) => Math.max(most, one.bucket), 1);
  const notes = [
    ...(chart.note === undefined ? [] : [chart.note]),
    ...(bucket > 1 ? [`Of each ${bucket} points the lowest and the highest are drawn.`] : []),
  ];
  return [
    `<figure><figcaption>${escaped(chart.title)}</figcaption>`,
    notes.length === 0 ? '' : `<p class="note">${escaped(notes.join(' '))}</p>`,
    legend(wide),
    plot(chart, WIDE, wide),
    plot(chart, NARROW, drawnIn(NARROW, chart)),
    '</figure>',
  ].join('\n');
}

function drawnIn({ buckets }: Frame, chart: Chart): readonly Drawn[] {
  const isDrawn = ({ x, y }: Point): boolean =>
    Number.isFinite(x) && Number.isFinite(y) && (chart.y !== 'log' || y > 0);
  return chart.series
    .map(({ name, points, look, isMain = false }, index) => ({
      ...{ name, look: look ?? index, isMain },
      ...thinned(points, buckets, isDrawn),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function plot(chart: Chart, frame: Frame, drawn: readonly Drawn[]): string {
  const { width, height, left, right, ticks } = frame;
  const all = drawn.flatMap(({ lines }) => lines.flat());
  const xs = all.map(({ x }) => x);
  const { from, to } = chart.xRange ?? { from: lowest(xs), to: highest(xs) };
  const x = spanScale(from, to, left, width - right, ticks);
  const y = yScale(chart, frame, all);
  return [
    `<svg class="plot ${frame.kind}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(chart.title)}">`,
    ...bands(chart, frame, x),
    ...yAxis(frame, y, chart.yLabel),
    ...xAxis(chart, frame, x),
    ...drawn.map((one) => line(one, frame, x, y, chart)),
    ...limitLine(chart, frame, y),
    '</svg>',
  ].join('\n');
}

function yScale(chart: Chart, { height, bottom, top }: Frame, all: readonly Point[]): Scale {
  const ys = [...all.map(({ y }) => y), ...(chart.limit === undefined ? [] : [chart.limit.value])];
  if (chart.y === 'log') return logScale(lowest(ys), highest(ys), height - bottom, top);
  return linearScale(Math.min(0, lowest(ys)), Math.max(highest(ys), chart.yLeast ?? 0), height - bottom, top);
}

function yAxis(
  { width, height, left, right, top, bottom }: Frame,
  y: Scale,
  label: string,
): readonly string[] {
  const lines = y.ticks.map((tick) => {
    const at = y.place(tick).toFixed(1);
    return `<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/><text class="tick" x="${left - 7}" y="${at}" dy="0.35em" text-anchor="end">${short(tick)}</text>`;
  });
  const middle = (top + height - bottom) / 2;
  return [
    ...lines,
    `<text class="label" transform="translate(13 ${middle}) rotate(-90)" text-anchor="middle">${escaped(label)}</text>`,
  ];
}

function xAxis(
  { xLabel, xTicks }: Chart,
  { width, height, left, right, bottom }: Frame,
  x: Scale,
): readonly string[] {
  const floor = height - bottom;
  const ticks = xTicks ?? x.ticks.map((tick) => ({ x: tick, name: short(tick) }));
  const isLast = (place: number): boolean => place > width - right - 12;
  return [
    `<line class="axis" x1="${left}" x2="${width - right}" y1="${floor}" y2="${floor}"/>`,
    ...ticks.map((tick) => {
      const place = x.place(tick.x);
      const at = place.toFixed(1);
      const anchor = isLast(place) ? 'end' : 'middle';
      const textAt = isLast(place) ? (width - 2).toFixed(1) : at;
      return `<line class="axis" x1="${at}" x2="${at}" y1="${floor}" y2="${floor + 4}"/><text class="tick" x="${textAt}" y="${floor + 17}" text-anchor="${anchor}">${escaped(tick.name)}</text>`;
    }),
    `<text class="label" x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${escaped(xLabel)}</text>`,
  ];
}

function bands({ bands: all = [] }: Chart, { height, bottom, top }: Frame, x: Scale): readonly string[] {
  return all.flatMap(({ from, to, name, isVoid = false }, index) => {
    const [left, right] = [x.place(from), x.place(to)];
    const width = right - left;
    const kind = isVoid ? 'void' : index % 2;
    const area = `<rect class="band band-${kind}" x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${height - bottom - top}"><title>${escaped(name)}</title></rect>`;
    const fits = (text: string): boolean => width >= text.length * LETTER_WIDTH;
    // Names that would run into the next are told by pointing, and by the table above.
    const shown = [name, ...(isVoid ? ['VOID'] : [])].find(fits);
    if (shown === undefined) return [area];
    return [
      area,
      `<text class="band-name" x="${(left + 3).toFixed(1)}" y="${top - 6}">${escaped(shown)}</text>`,
    ];
  });
}

function limitLine({ limit }: Chart, { width, left, right }: Frame, y: Scale): readonly string[] {
  if (limit === undefined) return [];
  const at = y.place(limit.value);
  return [
    `<line class="limit" x1="${left}" x2="${width - right}" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/>`,
    `<text class="limit-name" x="${width - right - 4}" y="${(at - 5).toFixed(1)}" text-anchor="end">${escaped(limit.name)}</text>`,
  ];
}

function line({ name, look, isMain, lines }: Drawn, frame: Frame, x: Scale, y: Scale, chart: Chart): string {
  const place = (point: Point): readonly [string, string] => [
    x.place(point.x).toFixed(1),
    y.place(point.y).toFixed(1),
  ];
  const paths = lines
    .filter(({ length }) => length > 1)
    .map((points) => `<polyline points="${points.map((point) => place(point).join(',')).join(' ')}"/>`);
  const isTelling = lines.flat().length <= frame.marksMax;
  // A point between two interruptions is no line: it would not be seen at all.
  const marked = lines.filter(({ length }) => isTelling || length === 1).flat();
  const marks = marked.map((point) => {
    const [cx, cy] = place(point);
    const title = isTelling ? `<title>${escaped(told(name, point, chart))}</title>` : '';
    return `<circle class="mark" cx="${cx}" cy="${cy}" r="2.5">${title}</circle>`;
  });
  return `<g class="look-${look}${isMain ? ' main' : ''}">${paths.join('')}${marks.join('')}</g>`;
}

function told(name: string, point: Point, { xLabel, yLabel }: Chart): string {
  return `${name}: ${short(point.y)} (${yLabel}) at ${point.name ?? `${short(point.x)} (${xLabel})`}`;
}

function legend(drawn: readonly Drawn[]): string {
  const items = drawn.map(
    ({ name, look, isMain }) =>
      `<span class="key"><svg class="look-${look}${isMain ? ' main' : ''}" width="28" height="8" aria-hidden="true"><polyline points="0,4 28,4"/></svg>${escaped(name)}</span>`,
  );
  return `<div class="legend">${items.join('')}</div>`;
}

function lowest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

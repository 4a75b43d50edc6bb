import { currentLanguage, duration, rate, word } from './words.js';

/** As many seconds as the engine remembers, and no more are kept. */
const SPAN_SECONDS = 300;
/** A longer pause between two points is a gap, not a line. */
const GAP_SECONDS = 2.5;
/** A sale that has just begun is not squeezed into a corner. */
const SPAN_SECONDS_MIN = 60;
const HEIGHT_MIN = 60;
const AXIS_FONT = '12px system-ui, sans-serif';

const PLOTS = [
  {
    id: 'plot-accepted',
    title: 'plotAccepted',
    format: rate,
    top: 10,
    series: [
      { key: 'acceptedPerSecond', label: 'seriesAccepted', colour: '--accepted', fill: '--accepted-fill' },
    ],
  },
  {
    id: 'plot-refused',
    title: 'plotRefused',
    format: rate,
    top: 10,
    series: [
      { key: 'refusedPerSecond', label: 'seriesRefused', colour: '--refused', fill: '--refused-fill' },
      { key: 'failedPerSecond', label: 'seriesFailed', colour: '--failed', dash: [4, 3] },
    ],
  },
  {
    id: 'plot-latency',
    title: 'plotLatency',
    format: duration,
    top: 0.005,
    series: [
      { key: 'acceptedP99Seconds', label: 'seriesP99', colour: '--accepted' },
      { key: 'acceptedP50Seconds', label: 'seriesP50', colour: '--accepted', dash: [4, 3] },
      { key: 'refusedP99Seconds', label: 'seriesRefusedP99', colour: '--refused' },
    ],
  },
  {
    id: 'plot-lag',
    title: 'plotLag',
    format: duration,
    top: 1,
    series: [{ key: 'lagSeconds', label: 'seriesLag', colour: '--lag', fill: '--lag-fill' }],
  },
];

/** The four plots, over one row of points. */
export class Plots {
  #points = [];
  #plots = [];
  #observer = new ResizeObserver((entries) => {
    for (const { target } of entries) this.#plots.find(({ area }) => area === target)?.fit();
  });

  /** Everything anew: at the start, and when colours or language changed. */
  build() {
    this.#observer.disconnect();
    for (const plot of this.#plots) plot.end();
    this.#plots = PLOTS.map((shape) => new Plot(shape));
    for (const { area } of this.#plots) this.#observer.observe(area);
    this.#draw();
  }

  begin(points) {
    this.#points = points;
    this.#draw();
  }

  add(point) {
    if (point.at <= (this.#points.at(-1)?.at ?? 0)) return;
    this.#points.push(point);
    const first = point.at - SPAN_SECONDS * 1000;
    while (this.#points.length > SPAN_SECONDS + 10 || this.#points[0].at < first) this.#points.shift();
    this.#draw();
  }

  #draw() {
    const points = withGaps(this.#points);
    for (const plot of this.#plots) plot.draw(points);
  }
}

function withGaps(points) {
  const found = [];
  for (const point of points) {
    const before = found.at(-1);
    if (before !== undefined && point.at - before.at > GAP_SECONDS * 1000)
      found.push({ at: before.at + 1000 });
    found.push(point);
  }
  return found;
}

class Plot {
  area;
  #shape;
  #plot;
  #values = [];
  #points = [];

  constructor(shape) {
    this.#shape = shape;
    const figure = document.getElementById(shape.id);
    const caption = document.createElement('figcaption');
    const title = document.createElement('b');
    title.textContent = word(shape.title);
    caption.append(title, ...shape.series.map((series) => this.#legend(series)));
    this.area = document.createElement('div');
    this.area.className = 'area';
    // The figures above and the caption say the same in words.
    this.area.setAttribute('aria-hidden', 'true');
    figure.replaceChildren(caption, this.area);
    this.#plot = new globalThis.uPlot(this.#options(), this.#columns(), this.area);
  }

  end() {
    this.#plot.destroy();
  }

  fit() {
    this.#plot.setSize(this.#size());
  }

  draw(points) {
    this.#points = points;
    this.#plot.setData(this.#columns());
    this.#tell();
  }

  #legend({ label, colour, dash }) {
    const key = document.createElement('span');
    key.className = dash === undefined ? 'series' : 'series dashed';
    key.style.setProperty('--colour', `var(${colour})`);
    const value = document.createElement('output');
    value.setAttribute('aria-live', 'off');
    this.#values.push(value);
    key.append(`${word(label)} `, value);
    return key;
  }

  #columns() {
    return [
      this.#points.map(({ at }) => at / 1000),
      ...this.#shape.series.map(({ key }) => this.#points.map((point) => point[key] ?? null)),
    ];
  }

  #size() {
    const { clientWidth, clientHeight } = this.area;
    return { width: Math.max(120, clientWidth), height: Math.max(HEIGHT_MIN, clientHeight) };
  }

  /** The values beside the names: under the cursor, else the newest. */
  #tell() {
    const point = this.#points[this.#plot?.cursor.idx ?? this.#points.length - 1];
    for (const [index, { key }] of this.#shape.series.entries()) {
      const value = point?.[key];
      this.#values[index].textContent =
        value === undefined || value === null ? '–' : this.#shape.format(value);
    }
  }

  #options() {
    const { series, format, top } = this.#shape;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const grid = { stroke: colour('--line'), width: 1 };
    const axis = { stroke: colour('--quiet'), font: AXIS_FONT, grid, ticks: { show: false } };
    const time = new Intl.DateTimeFormat(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', {
      timeStyle: 'medium',
    });
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'holdfast' }, points: { size: 6 } },
      hooks: { setCursor: [() => this.#tell()] },
      padding: [8, 30, 0, 0],
      scales: {
        x: { range: () => this.#span() },
        y: { range: (_plot, _low, high) => [0, Math.max(top, (high ?? 0) * 1.1)] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          incrs: [15, 30, 60],
          space: 90,
          values: (_plot, at) => at.map((second) => time.format(second * 1000)),
        },
        { ...axis, size: 62, space: 28, values: (_plot, at) => at.map((value) => format(value)) },
      ],
      series: [
        {},
        ...series.map(({ colour: name, fill, dash }) => ({
          stroke: colour(name),
          width: 2,
          points: { show: false },
          ...(fill === undefined ? {} : { fill: colour(fill) }),
          ...(dash === undefined ? {} : { dash }),
        })),
      ],
    };
  }

  #span() {
    const end = (this.#points.at(-1)?.at ?? Date.now()) / 1000;
    const first = (this.#points[0]?.at ?? 0) / 1000;
    return [Math.max(end - SPAN_SECONDS, Math.min(first, end - SPAN_SECONDS_MIN)), end];
  }
}

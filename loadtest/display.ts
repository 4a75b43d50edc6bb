import type { Sample } from './generator/phase.js';
import type { Observation } from './observer.js';

const LINES_EVERY = 5;
const COLUMNS = 80;
/** The end of a phase comes with what is left of a second: no rate comes from so little. */
const SECONDS_MIN = 0.2;
const LAG_SECONDS_MIN = 0.5;

/** What of a stream is used. */
export type Screen = Pick<NodeJS.WritableStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/**
 * What goes on, on stderr. At a terminal one line that changes; elsewhere a line when something begins, one every five seconds,
 * and the last one of each phase, so that a log tells of short phases as well.
 */
export class Display {
  readonly #stream: Screen;
  #stage = '';
  /** How long what goes on will take, seconds; not known of everything. */
  #seconds: number | undefined;
  #samples = 0;
  #unwritten: string | undefined;

  constructor(stream: Screen) {
    this.#stream = stream;
  }

  /** Something begins; one that only goes on is not said again. `seconds`: how long it will take, where that is known. */
  stage(name: string, seconds?: number): void {
    if (name === this.#stage) return;
    this.end();
    this.#stage = name;
    this.#seconds = seconds;
    this.#samples = 0;
    const length = seconds === undefined ? '' : ` (${tidy(seconds)} s)`;
    this.#stream.write(`${name}${length}…${this.#stream.isTTY ? '' : '\n'}`);
  }

  sample(observed: Pick<Observation, 'lagSeconds'> | undefined, phase: string, sample: Sample): void {
    if (sample.seconds < SECONDS_MIN && this.#samples > 0) return;
    this.#samples += 1;
    const time = this.#seconds === undefined ? tidy(sample.at) : `${tidy(sample.at)}/${tidy(this.#seconds)}`;
    const parts = [`${phase} ${time} s`, ...liveParts(sample, observed?.lagSeconds)];
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${fitting(parts, (this.#stream.columns ?? COLUMNS) - 1)}`);
    } else if (this.#samples % LINES_EVERY === 0) {
      this.#unwritten = undefined;
      this.#stream.write(`${parts.join(', ')}\n`);
    } else {
      this.#unwritten = parts.join(', ');
    }
  }

  /** Leaves the line alone, so that what follows begins on its own. */
  end(): void {
    if (this.#unwritten !== undefined) this.#stream.write(`${this.#unwritten}\n`);
    this.#unwritten = undefined;
    if (this.#stage !== '' && this.#stream.isTTY) this.#stream.write('\n');
    this.#stage = '';
  }
}

/** One second of a load. What is bad comes first, because the end of a line is what a narrow terminal has no room for. */
export function liveParts(sample: Sample, lagSeconds = Number.NaN): readonly string[] {
  const perSecond = (count: number): string =>
    Math.round(count / Math.max(sample.seconds, 0.001)).toLocaleString('en-US');
  const milliseconds = (microseconds: number): string => (microseconds / 1000).toFixed(1);
  const { due, accepted, refused, replayed, errors, pending, p50, p99, max } = sample;
  const isAnswered = max > 0;
  return [
    ...(errors > 0 ? [`${errors.toLocaleString('en-US')} ERRORS`] : []),
    ...(pending > 0 ? [`${pending.toLocaleString('en-US')} unsent yet`] : []),
    ...(isAnswered ? [`p99 ${milliseconds(p99)} ms`] : ['no answers']),
    // The schedule is over, and the last answers are waited for: that is no load of 0.
    due > 0 ? `${perSecond(due)} offered/s` : 'nothing due',
    `${perSecond(accepted)} accepted/s`,
    ...(refused > 0 ? [`${perSecond(refused)} refused/s`] : []),
    ...(replayed > 0 ? [`${perSecond(replayed)} replayed/s`] : []),
    ...(lagSeconds > LAG_SECONDS_MIN ? [`ledger ${lagSeconds.toFixed(1)} s behind`] : []),
    ...(isAnswered ? [`p50 ${milliseconds(p50)} ms`, `max ${milliseconds(max)} ms`] : []),
  ];
}

/** As many whole parts as there is room for: half a number is a wrong number. */
function fitting(parts: readonly string[], columns: number): string {
  const [first = '', ...others] = parts;
  let line = first;
  for (const part of others) {
    if (line.length + part.length + 2 > columns) break;
    line += `, ${part}`;
  }
  return line.slice(0, columns);
}

function tidy(seconds: number): string {
  return seconds < 10 ? String(Math.round(seconds * 10) / 10) : String(Math.round(seconds));
}

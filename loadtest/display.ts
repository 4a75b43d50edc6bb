import type { Sample } from './generator/phase.js';
import type { Observation } from './observer.js';

const LINES_EVERY = 5;
const COLUMNS = 80;

/** What of a stream is used. */
export type Screen = Pick<NodeJS.WritableStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** What goes on, on stderr: one line that changes where somebody looks at a terminal, a line every few seconds elsewhere. */
export class Display {
  readonly #stream: Screen;
  #stage = '';
  #samples = 0;

  constructor(stream: Screen) {
    this.#stream = stream;
  }

  stage(name: string): void {
    this.end();
    this.#stage = name;
    this.#samples = 0;
    this.#stream.write(`${name}…${this.#stream.isTTY ? '' : '\n'}`);
  }

  sample(observed: Pick<Observation, 'lagSeconds'> | undefined, phase: string, sample: Sample): void {
    this.#samples += 1;
    const line = `${phase}: ${liveLine(sample, observed?.lagSeconds)}`;
    if (this.#stream.isTTY)
      this.#stream.write(`\r\x1b[2K${line.slice(0, (this.#stream.columns ?? COLUMNS) - 1)}`);
    else if (this.#samples % LINES_EVERY === 0) this.#stream.write(`${line}\n`);
  }

  /** Leaves the line alone, so that what follows begins on its own. */
  end(): void {
    if (this.#stage !== '' && this.#stream.isTTY) this.#stream.write('\n');
    this.#stage = '';
  }
}

/** One second of a load in a line. */
export function liveLine(sample: Sample, lagSeconds = Number.NaN): string {
  const perSecond = (count: number): string =>
    Math.round(count / Math.max(sample.seconds, 0.001)).toLocaleString('en-US');
  const milliseconds = (microseconds: number): string => (microseconds / 1000).toFixed(1);
  const parts = [
    `${Math.round(sample.at)} s`,
    `${perSecond(sample.due)} due/s`,
    `${perSecond(sample.accepted)} accepted/s`,
    `${perSecond(sample.refused)} refused/s`,
    `p50 ${milliseconds(sample.p50)} p99 ${milliseconds(sample.p99)} max ${milliseconds(sample.max)} ms`,
  ];
  if (sample.replayed > 0) parts.push(`${perSecond(sample.replayed)} replayed/s`);
  if (sample.errors > 0) parts.push(`${sample.errors} errors`);
  if (sample.pending > 0) parts.push(`${sample.pending} waiting to be sent`);
  if (lagSeconds > 0.5) parts.push(`ledger ${lagSeconds.toFixed(1)} s behind`);
  return parts.join('  ');
}

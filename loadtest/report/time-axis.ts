import type { Sample } from '../generator/phase.js';
import { isVoid } from '../judge.js';
import type { Observation } from '../observer.js';
import type { PhaseOfRun, RunResult } from '../result.js';
import type { Band, Chart, Point } from './chart.js';

/** Longer runs are drawn in minutes. */
const SECONDS_MAX = 900;
/** After the load: shows that the ledger came to rest. */
const REST_SECONDS = 2;
const LAG_SECONDS_MIN = 0.1;
/** The engine is asked once a second; where it did not answer for so long, nothing is known. */
const UNOBSERVED_SECONDS = 3.5;
/** What is left of a second when a phase ends is no second, and no rate comes from it. */
const SHORT_SAMPLE_SECONDS = 0.5;

/** The x axis of all charts over time: the same for each, so that one can be held against the other. 0: the first phase that is shown began. */
export class TimeAxis {
  readonly #phases: readonly PhaseOfRun[];
  readonly #observations: readonly Observation[];
  readonly #zero: number;
  readonly #end: number;
  readonly #unitSeconds: number;

  constructor({ phases, observations }: RunResult) {
    this.#phases = phases.filter(({ standing }) => standing !== 'aside');
    this.#zero = this.#phases[0]?.from ?? 0;
    const loadEnd =
      this.#phases.reduce((most, phase) => Math.max(most, endOf(phase)), this.#zero) + REST_SECONDS;
    const lastLag = observations.findLast(({ lagSeconds }) => lagSeconds > LAG_SECONDS_MIN)?.at ?? 0;
    this.#end = Math.max(loadEnd, lastLag + 1);
    this.#observations = observations.filter(({ at }) => at >= this.#zero && at <= this.#end);
    this.#unitSeconds = this.#end - this.#zero > SECONDS_MAX ? 60 : 1;
  }

  /** What every chart over time has in common. */
  get frame(): Pick<Chart, 'xLabel' | 'xRange' | 'bands'> {
    return {
      xLabel: `${this.#unitSeconds === 60 ? 'minutes' : 'seconds'} since the load began`,
      xRange: { from: 0, to: this.#place(this.#end) },
      bands: this.#phases.map((phase): Band => {
        const name = isVoid(phase) ? `${phase.name} (VOID)` : phase.name;
        const [from, to] = [this.#place(phase.from), this.#place(endOf(phase))];
        return { name, from, to, isVoid: isVoid(phase) };
      }),
    };
  }

  /** Points of those phases; `scheduledSeconds`: the part of a sample in which requests were due. A phase is not joined to the next: what lies between them is not shown. */
  points(
    phases: readonly PhaseOfRun[],
    value: (sample: Sample, scheduledSeconds: number) => number,
  ): readonly Point[] {
    return phases.flatMap(({ from, samples, seconds }) => [
      ...wholeSamples(samples).map((sample) => {
        // The last answers come when nothing is due any more.
        const scheduled = Math.min(sample.at, seconds) - (sample.at - sample.seconds);
        return { x: this.#place(from + sample.at), y: value(sample, scheduled) };
      }),
      { x: Number.NaN, y: Number.NaN },
    ]);
  }

  observed(value: (observation: Observation) => number): readonly Point[] {
    return this.#observations.flatMap((observation, index) => {
      const point = { x: this.#place(observation.at), y: value(observation) };
      const before = this.#observations[index - 1]?.at ?? observation.at;
      if (observation.at - before < UNOBSERVED_SECONDS) return [point];
      return [{ x: Number.NaN, y: Number.NaN }, point];
    });
  }

  #place(seconds: number): number {
    return (seconds - this.#zero) / this.#unitSeconds;
  }
}

function endOf({ from, samples, seconds }: PhaseOfRun): number {
  return from + (samples.at(-1)?.at ?? seconds);
}

/** The last answers of a phase belong to its last second: thirty of them in two milliseconds are no 15,000 a second. */
function wholeSamples(samples: readonly Sample[]): readonly Sample[] {
  const [last, before] = [samples.at(-1), samples.at(-2)];
  if (last === undefined || before === undefined || last.seconds >= SHORT_SAMPLE_SECONDS) return samples;
  return [...samples.slice(0, -2), together(before, last)];
}

/** Counts are sums; of percentiles the longer, since those of both together are not known. */
function together(one: Sample, other: Sample): Sample {
  const sums = (['seconds', 'due', 'sent', 'accepted', 'replayed', 'refused', 'errors'] as const).map(
    (name) => [name, one[name] + other[name]] as const,
  );
  const longer = (['p50', 'p99', 'p999', 'max'] as const).map(
    (name) => [name, Math.max(one[name], other[name])] as const,
  );
  return { ...other, ...Object.fromEntries([...sums, ...longer]) };
}

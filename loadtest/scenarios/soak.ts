import { zipf } from '../buyers/weights.js';
import { constantRate } from '../generator/schedule.js';
import type { Observation } from '../observer.js';
import type { Scenario, Stage } from '../scenario.js';
import { slope } from '../slope.js';
import { skusWithWeights } from './skus.js';

const SKUS = 500;
/** Short, so that as many holds end as begin. */
const TTL_MS = 5000;
/** Of the rate at which the others measure: hours of full journals do not fit in memory. */
const CALM_SHARE = 0.5;
/** At first memory grows into what a busy engine needs, which is no leak. */
const SETTLING_SHARE = 0.25;
/** A slope of less time than this is noise. */
const JUDGED_SECONDS_MIN = 600;

/** Of the seconds of the run, those of which the engine has to have told. */
const OBSERVED_SHARE_MIN = 0.25;

/** What may grow by how much in an hour. Bytes allow for ended holds being remembered, which is in Redis. */
const BOUNDS = [
  { of: 'residentBytes', name: 'engine memory', unit: 'MB/h', scale: 1e-6, most: 100 },
  { of: 'openFiles', name: 'open files', unit: 'files/h', scale: 1, most: 10 },
  { of: 'lagSeconds', name: 'ledger lag', unit: 's/h', scale: 1, most: 1 },
] as const satisfies readonly { of: keyof Observation; [other: string]: unknown }[];

export const soak: Scenario = {
  name: 'soak',
  title: 'hours at a quarter of what is possible; memory, open files and lag must not grow',
  seconds: 3600,
  explanation:
    'Holds of five seconds over 500 SKUs: a third is paid for, a third given back, a third ends by itself. The slopes are fitted without the first quarter, and judged from ten minutes on.',
  async run(stage) {
    const skus = skusWithWeights(stage.prefix, zipf(SKUS), { holdTtlMs: TTL_MS });
    const habits = { confirmShare: 1 / 3, releaseShare: 1 / 3, thinkMs: 1000 };
    await stage.sell(skus, { habits });
    const rate = await stage.rate(CALM_SHARE);
    const from = stage.observations.length;
    await stage.run(stage.open('soaking', constantRate(rate, stage.seconds)), 'judged');
    const during = stage.observations.slice(from);
    judgeSlopes(stage, during.slice(Math.floor(during.length * SETTLING_SHARE)));
  },
};

function judgeSlopes(stage: Stage, observations: readonly Observation[]): void {
  const isJudged = stage.seconds >= JUDGED_SECONDS_MIN;
  for (const { of, name, unit, scale, most } of BOUNDS) {
    const points = observations
      .map((observation) => [observation.at, observation[of]] as const)
      .filter(([, value]) => Number.isFinite(value));
    if (isJudged && points.length < stage.seconds * OBSERVED_SHARE_MIN) {
      // A line through nothing does not grow either.
      stage.unmeasured(`the engine told its ${name} only ${points.length} times`);
      continue;
    }
    const perHour = slope(points) * 3600 * scale;
    stage.figure(`${name} grows by${isJudged ? '' : ' (too short to be judged)'}`, perHour, unit);
    if (isJudged && perHour > most)
      stage.broken(`${name} grew by ${perHour.toFixed(1)} ${unit}, more than ${most}`);
  }
}

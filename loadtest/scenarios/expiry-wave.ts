import { setTimeout as delay } from 'node:timers/promises';
import type { SoldSku } from '../consistency/records.js';
import { constantRate } from '../generator/schedule.js';
import type { Scenario, Stage } from '../scenario.js';
import { LONG_TTL_MS, sku } from './skus.js';

const HOLDS = 100_000;
/** The deadlines of one SKU lie so far apart: it is filled in this time, and those of the next one start anew. */
const FILL_SECONDS = 0.4;
/** Filling goes on at a part of saturation, so that it takes as long as was reckoned. */
const FILL_SHARE = 0.6;
const SKUS_MAX = 1000;
const LEAD_SECONDS = 3;
/** Less would end while its buyers are still on their way. */
const TTL_MS_MIN = 1000;
const LATENESS_MAX_MS = 1000;
/** Further apart the deadlines are no wave. */
const SPREAD_MAX_MS = 1000;

export const expiryWave: Scenario = {
  name: 'expiry-wave',
  title: '100,000 holds that end in the same second, while buyers wait for them',
  seconds: 20,
  explanation:
    'SKU after SKU is sold out, each with a deadline so much shorter that all holds end together. Then buyers come for the same SKUs: sold out before the wave, sold again after it.',
  async run(stage) {
    const warm = sku(`${stage.prefix}warm`);
    const waves = Array.from({ length: SKUS_MAX }, (_, index) => sku(`${stage.prefix}wave-${index}`));
    await stage.sell([warm, ...waves], { onSale: 1 });
    const saturation = await stage.saturation();
    const perSecond = Math.ceil(saturation * FILL_SHARE);
    const units = Math.max(Math.ceil(perSecond * FILL_SECONDS), Math.ceil(HOLDS / SKUS_MAX));
    const used = waves.slice(0, Math.ceil(HOLDS / units)).map((wave) => ({ ...wave, total: units }));
    const { endsAt, accepted } = await fill(stage, used, perSecond, units);
    const aim = [0, ...waves.map((_, index) => (index < used.length ? 1 : 0))];
    await until(stage, endsAt - LEAD_SECONDS * 1000);
    const rate = await stage.rate();
    const seconds = stage.seconds + LEAD_SECONDS;
    await stage.run(stage.open('wave', constantRate(rate, seconds)), 'judged', aim);
    // However short the run: the last of them has had its time to end.
    await until(stage, endsAt + SPREAD_MAX_MS + LATENESS_MAX_MS);
    await judgeWave(stage, accepted);
  },
};

/** `moment`: ms since 1970. */
async function until({ signal }: Stage, moment: number): Promise<void> {
  await delay(Math.max(0, moment - Date.now()), undefined, { signal });
}

/** Sells all of them, and answers how many and when those holds end: ms since 1970. */
async function fill(
  stage: Stage,
  skus: readonly SoldSku[],
  perSecond: number,
  units: number,
): Promise<{ readonly endsAt: number; readonly accepted: number }> {
  const fillSeconds = units / perSecond;
  // Each has to be defined and opened in between as well.
  const endsAt =
    Date.now() + (skus.length * fillSeconds * 1.5 + skus.length * 0.05 + LEAD_SECONDS * 2) * 1000;
  let accepted = 0;
  for (const [index, one] of skus.entries()) {
    const holdTtlMs = Math.round(endsAt - Date.now() - (fillSeconds * 1000) / 2);
    if (holdTtlMs < TTL_MS_MIN) {
      stage.unmeasured(
        `only ${accepted} holds had been taken when the first were about to end: this machine is too slow for such a wave`,
      );
      break;
    }
    await stage.putOnSale([{ ...one, holdTtlMs }]);
    const aim = Array.from({ length: index + 2 }, (_, place) => (place === index + 1 ? 1 : 0));
    const slopes = constantRate(perSecond, fillSeconds);
    const phase = {
      name: 'taking the holds of the wave',
      pace: { kind: 'open', slopes, arrivals: 'even' },
    } as const;
    const { answers } = await stage.run(phase, 'aside', aim);
    accepted += answers.accepted;
    // What is sold again after the wave is to stay.
    await stage.patch(one.sku, { holdTtlMs: LONG_TTL_MS });
  }
  stage.figure('holds in the wave', accepted, 'holds');
  if (accepted < HOLDS * 0.9)
    stage.unmeasured(`only ${accepted} of ${HOLDS} holds could be taken for the wave`);
  return { endsAt, accepted };
}

async function judgeWave(stage: Stage, accepted: number): Promise<void> {
  const { expired, latenessMs, spreadMs } = await stage.expiries();
  stage.figure('holds that ended', expired, 'holds');
  stage.figure('from the first deadline to the last', spreadMs, 'ms');
  stage.figure('latest after its deadline', latenessMs, 'ms');
  if (expired < accepted) stage.broken(`${accepted - expired} holds of the wave did not end`);
  if (spreadMs > SPREAD_MAX_MS)
    stage.unmeasured(`the deadlines lay ${Math.round(spreadMs)} ms apart, more than ${SPREAD_MAX_MS} ms`);
  if (latenessMs > LATENESS_MAX_MS)
    stage.broken(
      `a hold ended ${Math.round(latenessMs)} ms after its deadline, more than ${LATENESS_MAX_MS} ms`,
    );
}

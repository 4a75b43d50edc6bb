import { achievedShare, errorShare, type PhaseResult } from '../generator/phase.js';
import { constantRate } from '../generator/schedule.js';
import type { Scenario, Stage } from '../scenario.js';
import { sku } from './skus.js';

/** Loads that are tried, as shares of what a closed loop reached; then more and more, until one is too much. */
const SHARES = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 1];
const FURTHER = 1.12;
const STEPS_MAX = 20;
const ANSWERED_SHARE_MIN = 0.99;
const ERROR_SHARE_MAX = 0.001;
/** Above this a queue is growing somewhere, whatever the engine still answers. */
const P99_MS_MAX = 250;

export const capacity: Scenario = {
  name: 'capacity',
  title: 'finds saturation by itself and draws latency against offered load',
  seconds: 60,
  explanation:
    'Step by step more requests a second. Saturation is the highest load of which at least 99 % were sent in time, at most 0.1 % were errors, and p99 stayed under 250 ms. The service levels are judged at half of it.',
  async run(stage) {
    await stage.sell([sku(`${stage.prefix}hot`)]);
    const top = stage.options.rate ?? (await stage.saturation());
    const seconds = stage.seconds / (SHARES.length + 4);
    let saturation = 0;
    let isTooMuch = false;
    for (let step = 0; step < STEPS_MAX && !isTooMuch; step += 1) {
      const rate = top * (SHARES[step] ?? FURTHER ** (step - SHARES.length + 1));
      isTooMuch = !(await carries(stage, rate, seconds));
      if (!isTooMuch) saturation = rate;
    }
    stage.figure('saturation, open loop', saturation, 'requests/s');
    if (saturation === 0) {
      stage.unmeasured(
        `not even ${Math.round(top * SHARES[0]!)} requests a second were carried: give --rate, lower`,
      );
      return;
    }
    if (!isTooMuch)
      stage.unmeasured('saturation lies above the highest load that was tried: give --rate, higher');
    const half = stage.open('half of saturation', constantRate(saturation / 2, seconds * 2));
    await stage.run(half, 'judged');
  },
};

/** Tried once more before it counts as too much: on a shared machine somebody else may have been busy. What it left behind is waited for. */
async function carries(stage: Stage, rate: number, seconds: number): Promise<boolean> {
  const name = `${Math.round(rate)}/s`;
  if (isCarried(await stage.run(stage.open(name, constantRate(rate, seconds)), 'shown'))) return true;
  await stage.settle();
  const isCarriedNow = isCarried(
    await stage.run(stage.open(`${name} again`, constantRate(rate, seconds)), 'shown'),
  );
  if (!isCarriedNow) await stage.settle();
  return isCarriedNow;
}

function isCarried(result: PhaseResult): boolean {
  return (
    achievedShare(result) >= ANSWERED_SHARE_MIN &&
    errorShare(result) <= ERROR_SHARE_MAX &&
    result.all.p99 / 1000 <= P99_MS_MAX
  );
}

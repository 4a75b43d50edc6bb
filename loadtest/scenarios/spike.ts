import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

const TIMES = 10;
const CALM_SHARE = 0.25;
const HIGH_SHARE = 0.5;

export const spike: Scenario = {
  name: 'spike',
  title: 'from nothing to ten times the usual rate within a second, and back',
  seconds: 40,
  explanation:
    'A quarter of the time at the usual rate, half of it at ten times that, reached within one second, and a quarter at the usual rate again. --rate is the height of the spike.',
  async run(stage) {
    await stage.sell([sku(`${stage.prefix}hot`)]);
    const high = await stage.rate();
    const usual = high / TIMES;
    const calm = stage.seconds * CALM_SHARE;
    await stage.run(stage.open('before', [{ seconds: calm, from: usual, to: usual }]), 'shown');
    // From nothing: connections at rest, nothing gathered, nothing in flight.
    const slopes = [
      { seconds: 1, from: 0, to: high },
      { seconds: stage.seconds * HIGH_SHARE, from: high, to: high },
    ];
    await stage.run(stage.open('spike', slopes), 'judged');
    await stage.run(stage.open('after', [{ seconds: calm, from: usual, to: usual }]), 'judged');
  },
};

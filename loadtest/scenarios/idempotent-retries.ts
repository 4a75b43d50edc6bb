import { constantRate } from '../generator/schedule.js';
import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

const REPEAT_SHARE = 1 / 3;

export const idempotentRetries: Scenario = {
  name: 'idempotent-retries',
  title: 'a third of the requests repeats an earlier one, half of them at the same time as it',
  seconds: 30,
  explanation:
    'Storefronts repeat what they got no answer to. A repeat must get the hold of the first request, also when both are on their way at once, and never a second one.',
  async run(stage) {
    await stage.sell([sku(`${stage.prefix}hot`)], { habits: { repeatShare: REPEAT_SHARE } });
    const rate = await stage.rate();
    const { answers, due } = await stage.run(
      stage.open('selling', constantRate(rate, stage.seconds)),
      'judged',
    );
    stage.figure('answered with the hold of an earlier request', (100 * answers.replayed) / due, '%');
  },
};

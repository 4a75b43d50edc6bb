import { zipf } from '../buyers/weights.js';
import { constantRate } from '../generator/schedule.js';
import type { Scenario } from '../scenario.js';
import { skusWithWeights } from './skus.js';

const SKUS = 10_000;

export const manySkus: Scenario = {
  name: 'many-skus',
  title: '10,000 SKUs, some wanted much more than others (Zipf)',
  seconds: 30,
  explanation:
    'The SKU of rank n is wanted 1 ÷ n as much as the first. Holds spread over all partitions, so that one flush to Redis carries many small calls.',
  async run(stage) {
    const skus = skusWithWeights(stage.prefix, zipf(SKUS));
    await stage.sell(skus, { habits: { confirmShare: 0.1, releaseShare: 0.05 } });
    const rate = await stage.rate();
    await stage.run(stage.open('selling', constantRate(rate, stage.seconds)), 'judged');
  },
};

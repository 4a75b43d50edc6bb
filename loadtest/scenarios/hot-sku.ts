import { constantRate } from '../generator/schedule.js';
import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

export const hotSku: Scenario = {
  name: 'hot-sku',
  title: 'one SKU that all want, with stock enough: every request takes a unit',
  seconds: 30,
  explanation:
    'Every request goes to the same partition, the same row of Redis and the same actor, and is accepted: the narrowest way through the engine.',
  async run(stage) {
    await stage.sell([sku(`${stage.prefix}hot`)], { habits: { confirmShare: 0.1, releaseShare: 0.05 } });
    const rate = await stage.rate();
    await stage.run(stage.open('selling', constantRate(rate, stage.seconds)), 'judged');
  },
};

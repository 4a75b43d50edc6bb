import { constantRate } from '../generator/schedule.js';
import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

const STOCK = 1000;

export const soldOutStorm: Scenario = {
  name: 'sold-out-storm',
  title: '1,000 units, and everybody goes on trying: nearly all are refused',
  seconds: 30,
  explanation:
    'What most of a flash sale is: the stock is gone after a moment, and the engine must go on saying so quickly, and let nobody have one unit more.',
  async run(stage) {
    const skus = ['warm', 'hot'].map((name) => sku(`${stage.prefix}${name}`, { total: STOCK }));
    // Saturation is found with another SKU, which is sold out after a moment, too: the storm itself begins with its stock.
    await stage.sell(skus, { onSale: 1 });
    const rate = await stage.rate();
    await stage.putOnSale(skus.slice(1));
    const storm = stage.open('storm', constantRate(rate, stage.seconds));
    const { answers } = await stage.run(storm, 'judged', [0, 1]);
    if (answers.accepted > STOCK) stage.broken(`${answers.accepted} holds were accepted of ${STOCK} units`);
    stage.figure('refused in the storm', answers.refused, 'requests');
  },
};

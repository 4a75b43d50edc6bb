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
    const hot = sku(`${stage.prefix}hot`, { total: STOCK });
    await stage.sell([hot]);
    const rate = await stage.rate();
    const { answers } = await stage.run(stage.open('storm', constantRate(rate, stage.seconds)), 'judged');
    if (answers.accepted > STOCK)
      stage.broken(`${answers.accepted} holds were accepted of ${STOCK} units during the storm alone`);
    stage.figure('refused in the storm', answers.refused, 'requests');
  },
};

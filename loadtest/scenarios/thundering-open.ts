import type { SoldSku } from '../consistency/records.js';
import type { Scenario, Stage } from '../scenario.js';
import { sku } from './skus.js';

const BEFORE_SECONDS = 5;
const STOCK_SECONDS = 5;
/** However long it took to define the SKU: somebody comes too early. */
const SHORTEST_SECONDS = 0.5;
/** All who waited press the button in the same tenth of a second. */
const BURST_SECONDS = 0.1;
/** Their number in seconds of the usual rate. */
const BURST_WORTH_SECONDS = 1;

export const thunderingOpen: Scenario = {
  name: 'thundering-open',
  title: 'buyers who hammer before the sale opens, and all at once when it does',
  seconds: 20,
  explanation:
    'Before `opensAt` every request is refused and none may be accepted; at the moment as many as usually come in a second press within a tenth of one. Those wait for each other, so that the burst is shown, and what comes before and after is judged. The last requests of `before it opens` reach the engine after that moment, and are accepted; that none was early is judged by the clock of Redis.',
  async run(stage) {
    const warm = sku(`${stage.prefix}warm`);
    // Decided before it is known how fast the engine is: the thread of the buyers must know its SKUs from the start.
    const hot = sku(`${stage.prefix}hot`);
    await stage.sell([warm, hot], { onSale: 1 });
    const rate = await stage.rate();
    const stocked = { ...hot, total: Math.ceil(rate * STOCK_SECONDS) };
    const opensAt = new Date((await stage.engineTime()) + BEFORE_SECONDS * 1000);
    await stage.putOnSale([stocked], opensAt.toISOString());
    const left = (opensAt.getTime() - (await stage.engineTime())) / 1000;
    const waiting = Math.max(SHORTEST_SECONDS, left - BURST_SECONDS / 2);
    const before = stage.open('before it opens', [{ seconds: waiting, from: rate, to: rate }]);
    await stage.run(before, 'judged', [0, 1]);
    const burst = (rate * BURST_WORTH_SECONDS) / BURST_SECONDS;
    await stage.run(stage.open('the moment', [{ seconds: BURST_SECONDS, from: burst, to: burst }]), 'shown');
    const after = stage.open('after', [{ seconds: stage.seconds, from: rate, to: rate }]);
    await stage.run(after, 'judged');
    await noneEarly(stage, stocked, opensAt);
  },
};

/** By Redis' own clock, which decides: when the first hold of the SKU was made. */
async function noneEarly(stage: Stage, { sku: name }: SoldSku, opensAt: Date): Promise<void> {
  const first = await stage.firstHoldAt(name);
  if (first === undefined) {
    stage.broken('nothing was sold after opensAt');
    return;
  }
  const late = first - opensAt.getTime();
  stage.figure('first hold after opensAt', late, 'ms');
  if (late < 0) stage.broken(`a hold was made ${-late} ms before opensAt`);
}

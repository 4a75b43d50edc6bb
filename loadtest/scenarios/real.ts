import { accessSync, constants } from 'node:fs';
import { UsageError } from '../../src/cli/arguments.js';
import { classify } from '../../src/cli/replay/classify.js';
import { readOrderFile } from '../../src/cli/replay/order-file.js';
import type { Slope } from '../generator/schedule.js';
import { plannedArrivals } from '../generator/schedule.js';
import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

/** Stock as a share of what will be asked for, as in the replay. */
const STOCK_RATIO = 0.6;
/** Steps of the curve a second of the run. */
const STEPS_A_SECOND = 2;
const MAX_QUANTITY = 10;
const SKUS_MAX = 60_000;

export const real: Scenario = {
  name: 'real',
  title: 'the demand of a file of real orders, compressed (--file)',
  seconds: 60,
  explanation:
    'The curve of demand of the file, pressed together into the run, and its products, each wanted as often as in the file, with stock for 60 % of the demand. --rate is the height of the highest peak.',
  check: ({ file }) => void fileOf(file),
  async run(stage) {
    const file = fileOf(stage.options.file);
    const { curve, products } = await readDemand(file, Math.ceil(stage.seconds * STEPS_A_SECOND));
    const warm = sku(`${stage.prefix}warm`);
    const codes = [...products].slice(0, SKUS_MAX);
    const lines = codes.reduce((sum, [, count]) => sum + count, 0);
    const wanted = codes.map(([code, count]) => sku(`${stage.prefix}${code}`, { weight: count }));
    await stage.sell([warm, ...wanted], {
      onSale: 1,
      habits: { confirmShare: 0.8, releaseShare: 0.1 },
    });
    const slopes = scaled(curve, await stage.rate(), stage.seconds);
    const asked = plannedArrivals(slopes);
    const stocked = wanted.map((one) => ({
      ...one,
      total: Math.ceil((asked * STOCK_RATIO * one.weight) / lines),
    }));
    await stage.putOnSale(stocked);
    stage.figure('products', stocked.length, 'SKUs');
    const aim = [0, ...stocked.map(({ weight }) => weight)];
    await stage.run(stage.open('the demand of the file', slopes), 'judged', aim);
  },
};

function fileOf(file: string | undefined): string {
  if (file === undefined) throw new UsageError('The scenario real needs --file FILE.csv, a file of orders.');
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`);
  }
  return file;
}

interface Demand {
  /** Sales in each step of the file's time. */
  readonly curve: readonly number[];
  /** Lines by product. */
  readonly products: ReadonlyMap<string, number>;
}

async function readDemand(file: string, steps: number): Promise<Demand> {
  const moments: number[] = [];
  const products = new Map<string, number>();
  for await (const row of readOrderFile(file)) {
    const order = classify(row, MAX_QUANTITY);
    if (order.kind !== 'sale') continue;
    moments.push(order.at);
    products.set(order.code, (products.get(order.code) ?? 0) + 1);
  }
  if (moments.length === 0) throw new UsageError(`${file} has no line that is a sale.`);
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const moment of moments) [first, last] = [Math.min(first, moment), Math.max(last, moment)];
  const curve = new Array<number>(steps).fill(0);
  const length = Math.max(1, last - first);
  for (const moment of moments) {
    const step = Math.min(steps - 1, Math.floor(((moment - first) / length) * steps));
    curve[step]! += 1;
  }
  return { curve, products };
}

/** The curve with its highest step at `peak` a second, over so many seconds. */
function scaled(curve: readonly number[], peak: number, seconds: number): readonly Slope[] {
  const highest = curve.reduce((most, count) => Math.max(most, count), 0);
  return curve.map((count) => {
    const rate = (count / highest) * peak;
    return { seconds: seconds / curve.length, from: rate, to: rate };
  });
}

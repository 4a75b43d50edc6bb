import type { Scenario } from '../scenario.js';
import { hotSku } from './hot-sku.js';
import { manySkus } from './many-skus.js';
import { peak } from './peak.js';
import { soldOutStorm } from './sold-out-storm.js';

/** Every scenario, in the order of `--help`. */
export const SCENARIOS: readonly Scenario[] = [peak, hotSku, manySkus, soldOutStorm];

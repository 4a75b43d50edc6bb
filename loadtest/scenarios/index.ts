import type { Scenario } from '../scenario.js';
import { capacity } from './capacity.js';
import { expiryWave } from './expiry-wave.js';
import { hotSku } from './hot-sku.js';
import { idempotentRetries } from './idempotent-retries.js';
import { manySkus } from './many-skus.js';
import { peak } from './peak.js';
import { real } from './real.js';
import { soak } from './soak.js';
import { soldOutStorm } from './sold-out-storm.js';
import { spike } from './spike.js';
import { thunderingOpen } from './thundering-open.js';

/** Every scenario, in the order of `--help`. */
export const SCENARIOS: readonly Scenario[] = [
  peak,
  hotSku,
  manySkus,
  soldOutStorm,
  thunderingOpen,
  idempotentRetries,
  expiryWave,
  spike,
  soak,
  capacity,
  real,
];

import { DRAIN } from './drain.js';
import { KILLS } from './kills.js';
import { OUTAGES } from './outages.js';
import { POWER_CUTS } from './power-cuts.js';
import { THREADS } from './threads.js';
/** Everything `npm run faults` does, in this order. */
export const SCENARIOS = [...KILLS, ...THREADS, DRAIN, ...POWER_CUTS, ...OUTAGES];
//# sourceMappingURL=index.js.map
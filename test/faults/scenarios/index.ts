import type { Scenario } from '../scenario.js';
import { DRAIN } from './drain.js';
import { KILLS } from './kills.js';
import { OUTAGES } from './outages.js';
import { POWER_CUTS } from './power-cuts.js';
import { THREADS } from './threads.js';

/** Everything `npm run faults` does, in this order. */
export const SCENARIOS: readonly Scenario[] = [...KILLS, ...THREADS, DRAIN, ...POWER_CUTS, ...OUTAGES];

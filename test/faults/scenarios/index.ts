import type { Scenario } from '../scenario.js';
import { KILLS } from './kills.js';
import { OUTAGES } from './outages.js';

/** Everything `npm run faults` does, in this order. */
export const SCENARIOS: readonly Scenario[] = [...KILLS, ...OUTAGES];

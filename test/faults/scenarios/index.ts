import type { Scenario } from '../scenario.js';
import { KILLS } from './kills.js';

/** Everything `npm run faults` does, in this order. */
export const SCENARIOS: readonly Scenario[] = [...KILLS];

import { FAILOVERS } from './failovers.js';
import { NETWORK } from './network.js';
import { POSTGRES_GONE } from './postgres-gone.js';
import { REDIS_FILES } from './redis-files.js';
import { REDIS_HANGS } from './redis-hangs.js';
import { REDIS_LIMITS } from './redis-limits.js';
import { SEVERAL_ENGINES } from './several-engines.js';
/** Stores that are away, slow, full, older or not there as they should be; several engines. Each with what an operator must see. */
export const OUTAGES = [
    ...POSTGRES_GONE,
    ...REDIS_HANGS,
    ...NETWORK,
    ...REDIS_LIMITS,
    ...REDIS_FILES,
    ...FAILOVERS,
    ...SEVERAL_ENGINES,
];
//# sourceMappingURL=outages.js.map
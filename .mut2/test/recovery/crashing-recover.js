import { loadConfig } from '../../src/config.js';
import { openForRecovery } from '../../src/recovery/open.js';
import { lookAtStores, recoverStock } from '../../src/recovery/recover.js';
/**
 * `recover` as a process of its own that kills itself with SIGKILL just before the step named by its argument:
 * `node crashing-recover.js STEP`, with the settings in the environment.
 */
const [, , crashAt] = process.argv;
const progress = { stage: () => undefined, step: () => undefined };
const { parts, close } = await openForRecovery(loadConfig(process.env), progress, (step) => {
    if (step === crashAt)
        process.kill(process.pid, 'SIGKILL');
});
await recoverStock(parts, await lookAtStores(parts));
await close();
//# sourceMappingURL=crashing-recover.js.map
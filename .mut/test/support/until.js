import { setTimeout as delay } from 'node:timers/promises';
/**
 * Polls until `condition` answers something truthy, and answers that. A condition that throws counts as "not yet";
 * its last error is the cause of the timeout error.
 */
export async function until(condition, options = {}) {
    const timeoutMs = options.timeoutMs ?? 10_000;
    const deadline = Date.now() + timeoutMs;
    let cause;
    for (;;) {
        try {
            const value = await condition();
            if (value)
                return value;
            cause = undefined;
        }
        catch (error) {
            cause = error;
        }
        if (Date.now() >= deadline) {
            throw new Error(`not ${options.what ?? 'true'} within ${timeoutMs} ms`, { cause });
        }
        await delay(options.pollMs ?? 10);
    }
}
//# sourceMappingURL=until.js.map
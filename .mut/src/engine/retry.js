const PAUSE_MS = 250;
/**
 * Repeats `attempt` until it succeeds, `patienceMs` have passed or the error is one that waiting does not mend; then throws
 * the last error. For stores that start at the same time as the engine.
 */
export async function retryFor(patienceMs, attempt, isPassing) {
    const end = performance.now() + patienceMs;
    for (;;) {
        try {
            return await attempt();
        }
        catch (error) {
            if (!isPassing(error) || performance.now() + PAUSE_MS > end)
                throw error;
            await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
    }
}
//# sourceMappingURL=retry.js.map
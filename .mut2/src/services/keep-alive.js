import { isAlive } from './processes.js';
import { restartLimit } from './restart-limit.js';
const LOOK_EVERY_MS = 500;
/**
 * Starts private stores again when they die, a limited number of times: a person who tries Holdfast out has no
 * service manager that would. Answers the function that ends the watch, which waits for a restart under way.
 */
export function keepAlive(stores, note, lookEveryMs = LOOK_EVERY_MS) {
    const ends = stores.map((store) => watch(store, note, lookEveryMs));
    return async () => {
        await Promise.all(ends.map((end) => end()));
    };
}
function watch(store, note, lookEveryMs) {
    const limit = restartLimit();
    let underWay = Promise.resolve();
    let ended = false;
    let timer;
    const lookAfter = (ms) => {
        if (ended)
            return;
        timer = setTimeout(() => {
            underWay = look();
        }, ms);
        timer.unref();
    };
    const look = async () => {
        if (isAlive(store.pid))
            return lookAfter(lookEveryMs);
        const waitMs = limit.next(Date.now());
        if (waitMs === undefined)
            return note(`${store.name} keeps ending: giving up. Its log says why.`);
        note(`${store.name} ended unexpectedly: starting it again.`);
        try {
            await store.restart();
            note(`${store.name} is back.`);
        }
        catch (error) {
            note(error instanceof Error ? error.message : String(error));
        }
        lookAfter(Math.max(waitMs, lookEveryMs));
    };
    lookAfter(lookEveryMs);
    return async () => {
        ended = true;
        clearTimeout(timer);
        await underWay;
    };
}
//# sourceMappingURL=keep-alive.js.map
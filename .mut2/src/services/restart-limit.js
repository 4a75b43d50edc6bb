const DELAY_MS_MIN = 250;
const DELAY_MS_MAX = 5_000;
/** Allows `count` restarts within any `windowMs`, each waiting twice as long as the one before it. */
export function restartLimit(count = 5, windowMs = 60_000) {
    const times = [];
    return {
        next: (nowMs) => {
            while (times[0] !== undefined && times[0] <= nowMs - windowMs)
                times.shift();
            if (times.length >= count)
                return undefined;
            times.push(nowMs);
            return Math.min(DELAY_MS_MIN * 2 ** (times.length - 1), DELAY_MS_MAX);
        },
    };
}
//# sourceMappingURL=restart-limit.js.map
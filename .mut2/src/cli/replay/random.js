/** Mulberry32: numbers in [0, 1) that are the same for the same seed, so that a replay can be repeated. */
export function seededRandom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}
/** Fisher–Yates. */
export function shuffled(items, random) {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
        const other = Math.floor(random() * (last + 1));
        [result[last], result[other]] = [result[other], result[last]];
    }
    return result;
}
//# sourceMappingURL=random.js.map
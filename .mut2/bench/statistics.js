/** Throws on no values: a table with an empty row would look like a measurement. */
export function summarise(values) {
    if (values.length === 0)
        throw new Error('nothing was measured');
    const sorted = [...values].sort((a, b) => a - b);
    return {
        median: quantile(sorted, 0.5),
        low: sorted[0],
        high: sorted[sorted.length - 1],
        rounds: sorted.length,
    };
}
/** Linear interpolation between the two nearest ranks of ascending `sorted`; `share` 0 … 1. */
export function quantile(sorted, share) {
    const position = (sorted.length - 1) * share;
    const below = sorted[Math.floor(position)];
    const above = sorted[Math.ceil(position)];
    return below + (above - below) * (position - Math.floor(position));
}
//# sourceMappingURL=statistics.js.map
const ATTEMPTS_MAX = 200;
/** What takes this long to fail (a hang) is not tried again and again. */
const SLOW_MS = 2_000;
/** The input with spans left out while it fails in the same way, on connections of its own; empty when it does not fail alone. */
export async function minimised(input, failure, lane) {
    const kindOf = (text) => text?.replaceAll(/[\d"].*/gs, '');
    const fails = async (bytes) => {
        lane.close();
        const outcome = await lane.send({
            ...input,
            bytes,
            cuts: input.cuts?.filter((at) => at < bytes.length) ?? [],
        });
        return kindOf(outcome.failure) === kindOf(failure);
    };
    const begin = performance.now();
    if (!(await fails(input.bytes)))
        return Buffer.alloc(0);
    if (performance.now() - begin > SLOW_MS)
        return input.bytes;
    let best = input.bytes;
    let attempts = 0;
    for (let span = best.length >> 1; span >= 1 && attempts < ATTEMPTS_MAX; span >>= 1) {
        for (let at = 0; at < best.length && attempts < ATTEMPTS_MAX; attempts += 1) {
            const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + span)]);
            if (shorter.length > 0 && (await fails(shorter)))
                best = shorter;
            else
                at += span;
        }
    }
    lane.close();
    return best;
}
//# sourceMappingURL=minimise.js.map
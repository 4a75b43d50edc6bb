/**
 * Runs `task` on every item, in order, at most `concurrency` at once. The first error stops further items from starting
 * and is thrown when those that run have ended.
 */
export async function inParallel(items, concurrency, task) {
    const queue = items[Symbol.iterator]();
    const failures = [];
    const worker = async () => {
        for (let next = queue.next(); !next.done && failures.length === 0; next = queue.next()) {
            try {
                await task(next.value);
            }
            catch (error) {
                failures.push(error);
            }
        }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (failures.length > 0)
        throw failures[0];
}
//# sourceMappingURL=parallel.js.map
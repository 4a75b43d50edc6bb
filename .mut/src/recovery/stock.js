/** The stock store did not do a step. What it did is overwritten when the recovery is run again. */
export class StockFailed extends Error {
    name = 'StockFailed';
}
/** Calls one after another, in one write. Throws `StockFailed` at the first that was not answered. */
export async function callAll(store, calls) {
    const results = await store.execute(calls);
    return results.map((result, index) => {
        if (result.kind === 'reply')
            return result;
        const { operation, partition } = calls[index];
        throw new StockFailed(`Redis did not do ${operation} of partition ${partition}: ${reasonOf(result)}. Run \`recover\` again.`);
    });
}
function reasonOf(result) {
    switch (result.kind) {
        case 'lost':
        case 'not_sent':
            return result.reason;
        case 'out_of_memory':
            return 'it is out of memory; give it more with maxmemory';
        case 'wrong_epoch':
            return `it is in epoch ${result.epoch}; another recovery was started`;
        case 'rolled_back':
            return 'it lost what was just written';
    }
}
//# sourceMappingURL=stock.js.map
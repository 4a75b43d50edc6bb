import assert from 'node:assert/strict';
import { readEvents } from '../../src/events/reader.js';
/** A scan answers in an order of Redis' own. */
export function ordered(result) {
    if (result.kind !== 'reply' || result.results.length > 0)
        return result;
    const byName = (a, b) => (a.sku < b.sku ? -1 : 1);
    return {
        ...result,
        skus: [...result.skus].sort(byName),
        holds: [...result.holds].sort((a, b) => (a.holdId < b.holdId ? -1 : 1)),
        ...(result.buyers && { buyers: [...result.buyers].sort((a, b) => (a.key < b.key ? -1 : 1)) }),
        ...(result.deadlines && {
            deadlines: [...result.deadlines].sort((a, b) => (a.holdIds[0] < b.holdIds[0] ? -1 : 1)),
        }),
    };
}
/** What no reply shows: buyers, deadlines, the stream. */
export async function compareRecords(real, partition) {
    const { redis } = real.store.connection;
    const tag = `{p${partition.partition}}`;
    const buyers = Object.entries(await redis.hgetallBuffer(`${tag}:buyers`)).map(([key, record]) => {
        const ids = record.subarray(4).toString('latin1').match(/.{28}/g) ?? [];
        return [key, { units: record.readUInt32BE(), live: [...ids] }];
    });
    assert.deepEqual(new Map(buyers), partition.buyers);
    const deadlines = (await redis.zrange(`${tag}:deadlines`, '0', '-1', 'WITHSCORES')).flat();
    const expected = partition.dueMembers().flatMap((member) => [member, partition.deadlines.get(member)]);
    assert.deepEqual(deadlines.map((value, index) => (index % 2 === 0 ? value : Number(value))), expected);
    assert.deepEqual(await readEvents(redis, partition.partition, 0, 10_000), partition.events);
    const adjustments = await redis.hkeys(`${tag}:adjustments`);
    assert.deepEqual(adjustments.sort(), [...partition.adjustments.keys()].sort());
}
/** What small pages bring together, some of it perhaps twice, is what there is. */
export async function comparePages(real, { partition, holds, skus, epoch }) {
    const call = { partition, epoch, seqSeen: 0, count: 2 };
    const found = new Map();
    const views = new Map();
    for (const operation of ['page_holds', 'page_skus']) {
        let cursor = '0';
        for (let page = 0; page === 0 || cursor !== '0'; page += 1) {
            assert.ok(page < 1_000, `${operation} ends`);
            const [reply] = await real.execute({ ...call, operation, cursor });
            assert.ok(reply?.kind === 'reply');
            cursor = reply.cursor;
            for (const hold of reply.holds)
                found.set(hold.holdId, hold);
            for (const view of reply.skus)
                views.set(view.sku, view);
        }
    }
    assert.deepEqual(found, holds);
    assert.deepEqual(views, skus);
}
//# sourceMappingURL=comparison.js.map
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { eventsKey, RedisEventSource } from '../../src/events/reader.js';
import { decodeStoredEvent } from '../../src/events/stored-event.js';
import { ADJUSTMENT_RETENTION_MS, ControlledStore } from '../stock/controlled-store.js';
import { StockModel } from '../stock/model.js';
import { OPENING, steps } from '../stock/steps.js';
import { leftovers } from '../support/leftovers.js';
import { StreamModel } from './stream-model.js';
const RUNS = Number(process.env.HOLDFAST_PROPERTY_RUNS ?? 40);
const SEED = process.env.HOLDFAST_PROPERTY_SEED;
const PARTITIONS = 2;
const STEPS_MAX = 40;
/** Entries read over all lives, and reads of a stream that was trimmed: without any, nothing was compared. */
let entriesRead = 0;
let trimmedReads = 0;
const request = fc.record({
    partition: fc.nat(PARTITIONS - 1),
    afterSeq: fc.nat(15),
    limit: fc.integer({ min: 1, max: 20 }),
});
const look = fc.record({
    requests: fc.array(request, { minLength: 1, maxLength: 4 }),
    missing: fc.array(fc.record({ partition: fc.nat(PARTITIONS - 1), seq: fc.integer({ min: 1, max: 9 }) }), {
        maxLength: 2,
    }),
});
/** The bytes differ in how numbers are packed, which no reader sees. */
function decoded({ bytes, ...entry }) {
    return { ...entry, event: decodeStoredEvent(bytes) };
}
async function compare(real, model, requests) {
    const [found, expected] = await Promise.all([real.read(requests), model.read(requests)]);
    assert.deepEqual(expected.map((entries) => entries.map(decoded)), found.map((entries) => entries.map(decoded)));
    entriesRead += found.flat().length;
    for (const [index, entries] of found.entries()) {
        if ((entries[0]?.seq ?? 0) > requests[index].afterSeq + 1)
            trimmedReads += 1;
    }
    const [sample, modelled] = await Promise.all([real.sample(PARTITIONS), model.sample(PARTITIONS)]);
    const { seqs, streamEvents, maxBytes } = sample;
    assert.deepEqual([modelled.seqs, modelled.streamEvents, modelled.maxBytes], [seqs, streamEvents, maxBytes]);
}
leftovers(t);
t.test('the model of the streams shows what Redis shows', { timeout: 0 }, async (t) => {
    const real = await ControlledStore.start(t, PARTITIONS);
    const { redis } = real.store.connection;
    const source = new RedisEventSource(redis);
    const { maxBytes } = await source.sample(PARTITIONS);
    await fc.assert(fc.asyncProperty(fc.array(steps(PARTITIONS), { minLength: 5, maxLength: STEPS_MAX, size: 'max' }), fc.array(look, { minLength: 1, maxLength: 4 }), async (life, looks) => {
        await real.reset();
        const clock = () => real.now;
        const stock = new StockModel({
            clock,
            epoch: 1,
            partitions: PARTITIONS,
            adjustmentRetentionMs: ADJUSTMENT_RETENTION_MS,
        });
        const gone = new Map();
        const model = new StreamModel({
            partitions: () => stock.partitions,
            clock,
            missing: gone,
            memory: () => ({ usedBytes: 1, maxBytes }),
        });
        const opening = stock.partitions.flatMap(({ partition }) => OPENING.map((build) => ({
            advanceMs: 0,
            partition,
            build: (context) => ({ partition, epoch: 1, seqSeen: 0, ...build(context) }),
        })));
        for (const step of [...opening, ...life]) {
            real.now += step.advanceMs;
            const { seq, last, skus } = stock.partitions[step.partition];
            const now = Math.max(real.now, last);
            const call = step.build({ now, epoch: 1, seq, counters: (sku) => skus.get(sku) });
            stock.run(call);
            await real.execute(call);
        }
        for (const { requests, missing } of looks) {
            await compare(source, model, requests);
            for (const { partition, seq } of missing) {
                if (seq > stock.partitions[partition].seq || gone.has(partition))
                    continue;
                gone.set(partition, seq);
                await redis.xdel(eventsKey(partition), `${seq}-0`);
            }
        }
    }), { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
    t.comment(`${RUNS} lives, ${entriesRead} entries, ${trimmedReads} reads of a stream with its beginning gone`);
    t.ok(entriesRead > RUNS && trimmedReads > 0, 'there was something to compare');
});
//# sourceMappingURL=stream-model.test.js.map
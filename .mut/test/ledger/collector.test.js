import t from 'tap';
import { decodeStoredEvent } from '../../src/events/stored-event.js';
import { Collector } from '../../src/ledger/collector.js';
import { leftovers } from '../support/leftovers.js';
import { stage } from './support.js';
leftovers(t);
const BATCH_ROWS = 1000;
t.test('a rush that piled up behind a quiet time is read in pieces', async (t) => {
    const { source: real, streams, deployment } = await stage(t, 1);
    let rowsMax = 0;
    const source = {
        sample: (partitions) => real.sample(partitions),
        read: async (requests) => {
            const answers = await real.read(requests);
            const rows = answers
                .flat()
                .reduce((sum, { bytes }) => sum + decodeStoredEvent(bytes).changes.length / 8, 0);
            rowsMax = Math.max(rowsMax, rows);
            return answers;
        },
    };
    const { epoch } = deployment;
    const collector = new Collector(source, { epoch, partitions: 1, batchRows: BATCH_ROWS }, () => undefined);
    await streams.define(0, 'a', 1_000_000);
    let read = 0;
    const drain = async () => {
        for (;;) {
            const { events } = await collector.collect();
            if (events.length === 0)
                return;
            read += events.length;
        }
    };
    for (let round = 0; round < 10; round += 1) {
        await streams.hold(0, 'a', 1);
        await drain();
    }
    // Postgres is away while the sale goes on.
    for (let call = 0; call < 100; call += 1)
        await streams.hold(0, 'a', 200);
    await drain();
    t.equal(read, 1 + 10 + 100);
    t.ok(rowsMax <= 2 * BATCH_ROWS, `about two batches at most, not ${rowsMax} rows`);
    // Many small ones are still read many at a time.
    for (let call = 0; call < 600; call += 1)
        await streams.hold(0, 'a', 1);
    let batches = 0;
    for (let left = 600; left > 0; batches += 1)
        left -= (await collector.collect()).events.length;
    t.ok(batches <= 12, `${batches} batches`);
});
t.test('more waits until a read found the end, also while what was read is handed out', async (t) => {
    const { source, streams, deployment } = await stage(t, 1);
    const { epoch } = deployment;
    const collector = new Collector(source, { epoch, partitions: 1, batchRows: BATCH_ROWS }, () => undefined);
    await streams.define(0, 'a', 1_000_000);
    // Sizes that never fill a batch exactly: part of every read is left for the next batch.
    for (let call = 0; call < 40; call += 1)
        await streams.hold(0, 'a', 150 + 7 * (call % 5));
    let left = 41;
    while (left > 0) {
        const { events, more } = await collector.collect();
        left -= events.length;
        t.ok(more || left === 0, `more is known to wait: ${left} events`);
    }
    t.same(await collector.collect(), { events: [], oldestAt: 0, more: false });
});
//# sourceMappingURL=collector.test.js.map
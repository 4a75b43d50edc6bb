import t from 'tap';
import type { StockEvent } from '../../src/domain/event.js';
import type { OwnEvent } from '../../src/domain/own-event.js';
import { eventsKey } from '../../src/events/reader.js';
import { mintEpoch } from '../../src/ledger/deployment.js';
import {
  keepLostEvents,
  missingEvents,
  readEventTimes,
  readLostEvents,
} from '../../src/ledger/lost-events.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { runWriter, type Stage, stage } from './support.js';

leftovers(t);

/** As the engine knows it that made the event. */
function ownOf({ partition, seq, at, skus }: StockEvent): OwnEvent {
  return {
    partition,
    seq,
    at,
    skus: skus.map(({ sku, total, available, held, sold, reserved }) => {
      return { sku, total, available, held, sold, reserved };
    }),
  };
}

async function missingIn({ pool, source }: Stage): Promise<readonly number[]> {
  const lost = await readLostEvents(pool);
  // A partition that only just moves to another node of a cluster is asked again, as engines do.
  const missing = await until(() => missingEvents(source, lost, (places) => readEventTimes(pool, places)));
  return missing.map(({ seq }) => seq);
}

t.test('a kept event must be in the stream, or in the ledger where it was trimmed', async (t) => {
  const here = await stage(t, 2);
  const { pool, streams, redis, deployment } = here;
  await streams.define(1, 'a', 50);
  const there = ownOf(await streams.hold(1, 'a', 3));
  const keep = (event: OwnEvent): Promise<void> => keepLostEvents(pool, deployment.epoch, [event]);
  t.same(await missingIn(here), [], 'nothing was kept');
  await keep(there);
  await keep(there);
  t.same(await readLostEvents(pool), [there], 'kept once, as it was');
  t.same(await missingIn(here), [], 'it is there, as after the newest file was put back');
  await keep({ ...there, seq: 3 });
  t.same(await missingIn(here), [3], 'the store has not come so far');
  const third = ownOf(await streams.hold(1, 'a', 1));
  t.same(await missingIn(here), [3], 'it was written on: another event is in its place');
  await pool.query('TRUNCATE holdfast.lost_events');
  const [after] = third.skus;
  await keep({ ...third, skus: [{ ...after!, available: after!.available + 1, held: after!.held - 1 }] });
  t.same(await missingIn(here), [3], 'at the same time, but with other counters');

  await pool.query('TRUNCATE holdfast.lost_events');
  await keep(there);
  await keep({ ...there, seq: 3 });
  await redis.del(eventsKey(1));
  t.same(await missingIn(here), [2, 3], 'trimmed, and the ledger has neither');
  await pool.query(
    `INSERT INTO holdfast.ledger_events (epoch, partition, seq, at)
     SELECT $1, 1, seq, to_timestamp($2::float8 / 1000) FROM generate_series(1, 3) AS seq`,
    [deployment.epoch, there.at],
  );
  await pool.query(`UPDATE holdfast.ledger_events SET at = at + interval '7 ms' WHERE seq = 3`);
  t.same(await missingIn(here), [3], 'the ledger has one, and another in the place of the other');
  await redis.xadd(eventsKey(1), '2-0', 'e', Buffer.from('no event'));
  t.same(await missingIn(here), [2, 3], 'and what cannot be read is not it');
});

t.test('as the writer writes it, so it is found again', async (t) => {
  const here = await stage(t, 1);
  const { pool, streams, redis, deployment } = here;
  await streams.define(0, 'a', 50);
  const own = ownOf(await streams.hold(0, 'a', 3));
  const { writer, stop } = runWriter(t, here);
  t.ok(await writer.flush(5000));
  await stop();
  await keepLostEvents(pool, deployment.epoch, [own, { ...own, at: own.at + 1 }]);
  await redis.del(eventsKey(0));
  t.same(await missingIn(here), [2], 'the one, and not the one a millisecond later');
});

t.test('so many of a partition are kept, and of the present epoch only', async (t) => {
  const { pool, deployment } = await stage(t, 2);
  const lost = (partition: number, seq: number): OwnEvent => ({ partition, seq, at: 1000, skus: [] });
  for (let seq = 1; seq <= 40; seq += 1) await keepLostEvents(pool, deployment.epoch, [lost(0, seq)]);
  await keepLostEvents(pool, deployment.epoch, [lost(1, 99)]);
  const kept = (await readLostEvents(pool)).map(({ partition, seq }) => `${partition}/${seq}`);
  t.same(kept, [...Array.from({ length: 16 }, (_, index) => `0/${index + 1}`), '1/99']);
  await mintEpoch(pool, 'a test');
  t.same(await readLostEvents(pool), []);
});

t.test('a node that cannot be asked is no answer', async (t) => {
  const source = {
    read: async () => [[]],
    sample: async () => ({
      seqs: [undefined],
      streamEvents: 0,
      now: 0,
      usedBytes: 0,
      maxBytes: 0,
      aofBytes: 0,
      rewriting: 0,
    }),
  };
  const lost = [{ partition: 0, seq: 1, at: 1, skus: [] }];
  await t.rejects(
    missingEvents(source, lost, async () => []),
    /node of partition 0 is not connected/,
  );
});

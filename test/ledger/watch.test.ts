import t from 'tap';
import { StopReason } from '../../src/domain/shared-state.js';
import { encodeEvent } from '../../src/events/codec.js';
import { eventsKey, metaKey } from '../../src/events/reader.js';
import type { LedgerAlarm } from '../../src/ledger/messages.js';
import { LedgerWatch } from '../../src/ledger/watch.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { type RunningWriter, runWriter, type Stage, stage, systemClock } from './support.js';

leftovers(t);

function watchOver(
  here: Stage,
  { writer, shared }: RunningWriter,
): { watch: LedgerWatch; alarms: LedgerAlarm[] } {
  const alarms: LedgerAlarm[] = [];
  const options = { life: 3, partitions: here.deployment.partitions, alarmPercent: 70, refusePercent: 85 };
  const watch = new LedgerWatch(writer, options, {
    source: here.source,
    clock: systemClock,
    shared,
    alarm: (alarm) => alarms.push(alarm),
  });
  return { watch, alarms };
}

/** Looks until it sees so many events: what only just moves to another node is not seen. */
async function seen(watch: LedgerWatch, events: number): Promise<void> {
  await until(
    async () => {
      await watch.look();
      return watch.status().streamEvents === events;
    },
    { what: `${events} events in the streams` },
  );
}

t.test('the lag is counted in events and in the age of the oldest', async (t) => {
  const here = await stage(t, 2);
  const running = runWriter(t, here);
  await until(() => running.writer.state.kind === 'leading');
  const { watch, alarms } = watchOver(here, running);
  await here.streams.define(0, 'a', 1000);
  await here.streams.hold(0, 'a', 30);
  t.ok(await running.writer.flush(5000));
  await seen(watch, 2);
  const { lagEvents, lagSeconds, streamEvents, life, rows, leader } = watch.status();
  t.same(
    { lagEvents, lagSeconds, streamEvents, life, rows, leader },
    {
      lagEvents: 0,
      lagSeconds: 0,
      streamEvents: 2,
      life: 3,
      rows: 31,
      leader: true,
    },
  );
  await running.stop();
  const late = await here.streams.hold(0, 'a', 1);
  await here.streams.hold(0, 'a', 1);
  await here.streams.define(1, 'b', 1);
  await seen(watch, 5);
  const behind = watch.status();
  t.equal(behind.lagEvents, 3);
  const age = (Date.now() - late.at) / 1000;
  t.ok(
    Math.abs(behind.lagSeconds - age) < 5,
    `${behind.lagSeconds} s is the age of the oldest, about ${age} s`,
  );
  t.same(alarms, []);
});

t.test('a store that is behind the ledger was rolled back', async (t) => {
  const here = await stage(t, 1);
  const running = runWriter(t, here);
  const { watch, alarms } = watchOver(here, running);
  await here.streams.define(0, 'a', 1000);
  await here.streams.hold(0, 'a', 1);
  t.ok(await running.writer.flush(5000));
  await watch.look();
  t.notOk(running.shared.hasStop(StopReason.StoreRolledBack));
  await here.redis.hset(metaKey(0), 'seq', 1);
  await watch.look();
  await watch.look();
  t.ok(running.shared.hasStop(StopReason.StoreRolledBack), 'nothing is sold');
  t.match(alarms, [{ kind: 'store_rolled_back', partition: 0, head: 1, written: 2 }], 'said once');
});

t.test('a store that was rolled back and written anew is found by its content', async (t) => {
  const here = await stage(t, 2);
  const before = runWriter(t, here);
  await here.streams.define(0, 'a', 1000);
  await here.streams.define(1, 'b', 1000);
  const lost = await here.streams.hold(0, 'a', 1);
  t.ok(await before.writer.flush(5000));
  // Event 2 is another one now, and a third follows: by their numbers all is well.
  const wentBack = async (): Promise<void> => {
    const again = encodeEvent({ ...lost, at: lost.at + 5000 });
    const third = encodeEvent({ ...lost, seq: 3, at: lost.at + 6000 });
    const key = eventsKey(0);
    await here.redis.multi().del(key).xadd(key, '2-0', 'e', again).xadd(key, '3-0', 'e', third).exec();
  };
  const stopsHere = async ({ writer, shared, alarms }: RunningWriter): Promise<void> => {
    await until(() => writer.stopped.length === 1);
    t.ok(await writer.flush(5000));
    t.ok(shared.hasStop(StopReason.StoreRolledBack), 'nothing is sold');
    t.match(alarms, [{ kind: 'partition_stopped', partition: 0, afterSeq: 2 }]);
    t.equal(writer.writtenSeqs()[0], 2, 'nothing of that stream is written');
  };
  await before.stop();
  await wentBack();
  const restarted = runWriter(t, here);
  await stopsHere(restarted);
  await here.streams.hold(1, 'b', 1);
  t.ok(await restarted.writer.flush(5000));
  t.equal(restarted.writer.writtenSeqs()[1], 2, 'the other partition goes on');
  await restarted.stop();

  await here.redis.del(eventsKey(0));
  await here.streams.put(0, 2, encodeEvent(lost));
  const running = runWriter(t, here, { flushMs: 60_000 });
  await until(() => running.writer.state.kind === 'leading');
  await wentBack();
  running.writer.recheck();
  await stopsHere(running);
});

t.test('while Redis does not answer the status stays what it was', async (t) => {
  const here = await stage(t, 1);
  const running = runWriter(t, here);
  const { watch } = watchOver(here, running);
  await here.streams.define(0, 'a', 1);
  t.ok(await running.writer.flush(5000));
  await seen(watch, 1);
  here.redis.disconnect();
  await watch.look();
  t.equal(watch.status().streamEvents, 1);
});

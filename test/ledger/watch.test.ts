import t from 'tap';
import { StopReason } from '../../src/domain/shared-state.js';
import { encodeEvent } from '../../src/events/codec.js';
import { eventsKey, metaKey, RedisEventSource } from '../../src/events/reader.js';
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
    source: new RedisEventSource(here.redis),
    clock: systemClock,
    shared,
    alarm: (alarm) => alarms.push(alarm),
  });
  return { watch, alarms };
}

t.test('the lag is counted in events and in the age of the oldest', async (t) => {
  const here = await stage(t, 2);
  const running = runWriter(t, here);
  await until(() => running.writer.state.kind === 'leading');
  const { watch, alarms } = watchOver(here, running);
  await here.streams.define(0, 'a', 1000);
  await here.streams.hold(0, 'a', 30);
  t.ok(await running.writer.flush(5000));
  await watch.look();
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
  await watch.look();
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
  const first = runWriter(t, here);
  await here.streams.define(0, 'a', 1000);
  await here.streams.define(1, 'b', 1000);
  const lost = await here.streams.hold(0, 'a', 1);
  t.ok(await first.writer.flush(5000));
  await first.stop();
  // Event 2 is another one now, and a third follows: by their numbers all is well.
  await here.redis.xtrim(eventsKey(0), 'MAXLEN', 0);
  await here.redis.del(eventsKey(0));
  const again = { ...lost, at: lost.at + 5000 };
  await here.streams.put(0, 2, encodeEvent(again));
  await here.streams.hold(0, 'a', 1);
  await here.streams.hold(1, 'b', 1);
  const second = runWriter(t, here);
  t.ok(await second.writer.flush(5000));
  t.ok(second.shared.hasStop(StopReason.StoreRolledBack), 'nothing is sold');
  t.same(second.writer.writtenSeqs(), [2, 2], 'nothing of that stream is written; the other goes on');
  t.match(second.alarms, [{ kind: 'partition_stopped', partition: 0, afterSeq: 2 }]);
});

t.test('while Redis does not answer the status stays what it was', async (t) => {
  const here = await stage(t, 1);
  const running = runWriter(t, here);
  const { watch } = watchOver(here, running);
  await here.streams.define(0, 'a', 1);
  t.ok(await running.writer.flush(5000));
  await watch.look();
  here.redis.disconnect();
  await watch.look();
  t.equal(watch.status().streamEvents, 1);
});

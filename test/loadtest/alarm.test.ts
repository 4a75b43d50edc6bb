import t from 'tap';
import { Alarm } from '../../loadtest/generator/alarm.js';
import { microseconds } from '../../loadtest/generator/clock.js';
import { until } from '../support/until.js';

t.setTimeout(60_000);

/** As often as anything may be rung for: every 500 µs. */
const APART_MICROSECONDS = 500;

t.test('rings that are asked for at once are apart, so that answers are read in between', async (t) => {
  const rungAt: number[] = [];
  const alarm: Alarm = new Alarm(() => {
    const now = microseconds();
    rungAt.push(now);
    alarm.ringAt(now, now);
  });
  t.teardown(() => alarm.stop());
  const askedAt = microseconds();
  alarm.ringAt(askedAt, askedAt);
  await until(() => rungAt.length >= 200, { timeoutMs: 30_000, what: 'two hundred rings' });
  const took = rungAt[199]! - rungAt[0]!;
  t.ok(took >= 199 * APART_MICROSECONDS, `200 rings took ${Math.round(took)} µs`);
});

t.test('an earlier moment replaces a later one', async (t) => {
  const rungAt: number[] = [];
  const alarm = new Alarm(() => rungAt.push(microseconds()));
  t.teardown(() => alarm.stop());
  const now = microseconds();
  alarm.ringAt(now + 3_600_000_000, now);
  alarm.ringAt(now + 20_000, now);
  await until(() => rungAt.length > 0, { timeoutMs: 30_000, what: 'the earlier ring' });
  t.ok(rungAt[0]! >= now + 19_000, 'and not before it');
});

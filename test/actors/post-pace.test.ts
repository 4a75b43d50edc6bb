import fc from 'fast-check';
import t from 'tap';
import { PostPace } from '../../src/actors/post-pace.js';

t.test('what comes alone goes at once', (t) => {
  const pace = new PostPace();
  for (let now = 0; now < 100; now += 5) {
    t.ok(pace.waitMs(now, 1, 1) <= 0);
    pace.posted(now, 1);
  }
  t.end();
});

t.test('a buyer who asks again as soon as he is answered never waits for others', (t) => {
  const pace = new PostPace();
  for (let now = 0; now < 20; now += 0.4) {
    t.ok(pace.waitMs(now, 1, 1) <= 0, `after ${now} ms`);
    pace.posted(now, 1);
  }
  t.end();
});

t.test(
  'while the thread owes answers, what comes waits for the end of the window, and what came with it',
  (t) => {
    const pace = new PostPace();
    pace.posted(10, 1);
    const wait = pace.waitMs(10.5, 1, 2);
    t.ok(wait > 0 && wait <= 1, `${wait} ms`);
    t.ok(pace.waitMs(10.5 + wait, 9, 10) <= 0);
    t.end();
  },
);

t.test('enough for a flush goes at once', (t) => {
  const pace = new PostPace();
  pace.posted(10, 1);
  t.ok(pace.waitMs(10, 31, 32) > 0);
  t.ok(pace.waitMs(10, 32, 33) <= 0);
  t.end();
});

t.test('a thread with nothing to do gets a few commands of a window at once, and not every one', (t) => {
  const pace = new PostPace();
  pace.posted(10, 1);
  t.ok(pace.waitMs(10.6, 5, 5) <= 0);
  pace.posted(10.6, 5);
  t.ok(pace.waitMs(10.9, 5, 5) > 0);
  t.end();
});

t.test('property: nothing waits longer than a millisecond', (t) => {
  const step = fc.record({
    after: fc.double({ min: 0, max: 5, noNaN: true }),
    gathered: fc.integer({ min: 1, max: 100 }),
    owed: fc.nat(200),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const pace = new PostPace();
      let now = 1e9;
      for (const { after, gathered, owed } of steps) {
        now += after;
        const wait = pace.waitMs(now, gathered, gathered + owed);
        if (wait > 1 + 1e-6) return false;
        if (wait <= 0) pace.posted(now, gathered);
      }
      return true;
    }),
  );
  t.end();
});

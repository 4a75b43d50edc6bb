import t from 'tap';
import { stopEverything, stoppable } from '../../bench/children.js';
import { type Failure, Failures } from '../../bench/failures.js';

// One test: what is ended does not begin again in the same process.
t.test('a failure is kept and the rest goes on, until everything is ended', async (t) => {
  const told: Failure[] = [];
  const failures = new Failures((failure) => told.push(failure));
  t.equal(await failures.survive('first', async () => 1), 1);
  t.equal(await failures.survive('second', () => Promise.reject(new Error('no disk'))), undefined);
  t.equal(await failures.survive('third', async () => 3), 3);
  const cause = new Error('connection refused');
  await failures.survive('third and a half', () => Promise.reject(new Error('fetch failed', { cause })));
  t.same(failures.all, [
    { what: 'second', why: 'no disk' },
    { what: 'third and a half', why: 'fetch failed (connection refused)' },
  ]);
  t.same(told, failures.all);

  let ended = 0;
  stoppable(async () => {
    ended += 1;
    // Came up while everything ended.
    stoppable(async () => {
      ended += 1;
    });
  });
  const underWay = failures.survive('fourth', async () => {
    await stopEverything();
    throw new Error('its server went away');
  });
  await t.rejects(underWay, { message: 'everything is being ended' });
  t.equal(ended, 2);
  await t.rejects(
    failures.survive('fifth', async () => t.fail('nothing begins any more')),
    { message: 'everything is being ended' },
  );
  t.equal(failures.all.length, 2, 'what fails because of Ctrl-C is no failure');
});

import t from 'tap';
import { LedgerUnavailable } from '../../src/domain/ports.js';
import { eachEvent } from '../../src/ledger/recount.js';

t.test('a store that does not give its events in time is unavailable, not a mistake of ours', async (t) => {
  const source = {
    read: () => Promise.reject(new Error('Command timed out')),
    sample: () => Promise.reject(new Error('not asked')),
  } as unknown as Parameters<typeof eachEvent>[0];
  await t.rejects(
    eachEvent(source, 0, 0, 1, () => undefined),
    (error: unknown) => error instanceof LedgerUnavailable && /Command timed out/.test(error.message),
  );
  await t.rejects(
    eachEvent(source, 0, 0, 1, () => undefined),
    LedgerUnavailable,
  );
});

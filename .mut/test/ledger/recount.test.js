import t from 'tap';
import { LedgerUnavailable } from '../../src/domain/ports.js';
import { eachEvent } from '../../src/ledger/recount.js';
t.test('a store that does not give its events in time is unavailable, not a mistake of ours', async (t) => {
    const source = {
        read: () => Promise.reject(new Error('Command timed out')),
    };
    const error = await eachEvent(source, 0, 0, 1, () => undefined).catch((reason) => reason);
    t.ok(error instanceof LedgerUnavailable);
    t.match(String(error), 'Command timed out');
});
//# sourceMappingURL=recount.test.js.map
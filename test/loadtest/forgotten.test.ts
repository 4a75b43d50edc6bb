import t from 'tap';
import type { StoredHold } from '../../loadtest/consistency/stores.js';
import { withForgotten } from '../../loadtest/consistency/verify.js';

function hold(state: StoredHold['state'], endedAt: number): StoredHold {
  return { sku: 's', buyer: 'b', quantity: 1, state, expiresAt: 50, endedAt, paymentRef: '' };
}

t.test('what Redis may have forgotten counts as the ledger has it, and nothing else', async (t) => {
  const ledger = new Map([
    ['ended long ago', hold('confirmed', 100)],
    ['ended just now', hold('confirmed', 300)],
    ['still held', hold('held', 0)],
    ['known to both', hold('expired', 100)],
  ]);
  const redis = new Map([['known to both', hold('released', 100)]]);
  const all = withForgotten(redis, ledger, 200);
  t.same([...all.keys()].sort(), ['ended long ago', 'known to both']);
  t.equal(all.get('known to both')!.state, 'released', 'what Redis says is what is compared');
  t.same(
    [...withForgotten(redis, ledger, 0).keys()],
    ['known to both'],
    'without a limit nothing is forgotten',
  );
});

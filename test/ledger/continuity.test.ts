import t from 'tap';
import type { EventSource } from '../../src/events/reader.js';
import { brokenContinuities } from '../../src/ledger/continuity.js';

const NOTHING = { streamEvents: 0, now: 0, usedBytes: 0, maxBytes: 0, aofBytes: 0, rewriting: 0 };

/** A stream of partition 0 with nothing to read after the event asked for, whose head is at `head`. */
function streamAt(head: number | undefined): EventSource {
  return {
    read: async (requests) => requests.map(() => []),
    sample: async () => ({ ...NOTHING, seqs: [head] }),
  };
}

t.test('an event that is not in the stream was trimmed, or the store went back', async (t) => {
  const newest = [{ partition: 0, seq: 57, digest: Buffer.alloc(32) }];
  t.same(await brokenContinuities(streamAt(55), newest), [{ partition: 0, seq: 57 }], 'it went back');
  t.same(await brokenContinuities(streamAt(57), newest), [], 'trimmed');
  t.same(await brokenContinuities(streamAt(60), newest), [], 'trimmed');
  t.same(await brokenContinuities(streamAt(undefined), newest), [], 'its node does not answer');
});

t.test('a store that went back and is written on while it is looked at did not trim', async (t) => {
  const newest = [{ partition: 0, seq: 57, digest: Buffer.alloc(32) }];
  let head = 55;
  const source: EventSource = {
    read: async (requests) => {
      head = 58;
      return requests.map(() => []);
    },
    sample: async () => ({ ...NOTHING, seqs: [head] }),
  };
  t.same(await brokenContinuities(source, newest), [{ partition: 0, seq: 57 }]);
});

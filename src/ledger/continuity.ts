import { digestOfStored } from '../events/digest.js';
import type { EventSource } from '../events/reader.js';
import { CorruptEvent, decodeStoredEvent } from '../events/stored-event.js';
import type { NewestDigest } from './ledger-store.js';

export interface BrokenContinuity {
  readonly partition: number;
  readonly seq: number;
}

/**
 * Partitions whose stream says something else of the newest written event than the ledger: the store went back in time and
 * has since been written anew, which no comparison of numbers can show. Events already trimmed cannot be compared.
 * Rejects with the connection's error.
 */
export async function brokenContinuities(
  source: EventSource,
  newest: readonly NewestDigest[],
): Promise<readonly BrokenContinuity[]> {
  if (newest.length === 0) return [];
  const requests = newest.map(({ partition, seq }) => ({ partition, afterSeq: seq - 1, limit: 1 }));
  // What a node that is down has is compared when it comes back, which makes the writer look again.
  const answers = (await source.readWhatAnswers?.(requests)) ?? (await source.read(requests));
  return newest.flatMap(({ partition, seq, digest }, index) => {
    const entry = answers[index]?.[0];
    return entry === undefined || entry.seq !== seq || saysTheSame(entry.bytes, digest)
      ? []
      : [{ partition, seq }];
  });
}

function saysTheSame(bytes: Buffer, digest: Buffer): boolean {
  try {
    return digestOfStored(decodeStoredEvent(bytes)).equals(digest);
  } catch (error) {
    if (error instanceof CorruptEvent) return false;
    throw error;
  }
}

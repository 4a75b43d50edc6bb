import type { Redis } from 'ioredis';
import { unpackAnswer } from './decode.js';
import { encodeInitialise, KEYS_PER_PARTITION, keysOf } from './encode.js';
import type { FunctionLibrary } from './library.js';
import { CallStatus } from './reply-codes.js';

/** Version of everything the function library stores; another one is refused. */
export const STOCK_FORMAT = 1;

/** What `initialise` found (or made) in a partition. */
export type PartitionMeta =
  | {
      readonly kind: 'present';
      readonly partition: number;
      readonly epoch: number;
      readonly partitions: number;
      readonly format: number;
      readonly seq: number;
      /** This call made it. */
      readonly created: boolean;
    }
  /** Nothing there, and it was not to be made. */
  | { readonly kind: 'absent'; readonly partition: number };

export interface InitialiseRequest {
  readonly epoch: number;
  readonly partitions: number;
  /** Whether partitions that are not there may be made: only on the first start of an epoch. */
  readonly mayCreate: boolean;
}

/**
 * Looks at every partition and makes the missing ones if that is allowed. The caller compares: another epoch, another
 * number of partitions, another format or `absent` all mean that nothing may be sold. The library must be loaded.
 * Rejects with Redis' error.
 */
export async function initialisePartitions(
  redis: Redis,
  library: FunctionLibrary,
  request: InitialiseRequest,
): Promise<readonly PartitionMeta[]> {
  const pipeline = redis.pipeline();
  const payload = encodeInitialise(request.partitions, STOCK_FORMAT, request.mayCreate);
  for (let partition = 0; partition < request.partitions; partition += 1) {
    const keys = keysOf(partition);
    const name = library.functionName('initialise');
    pipeline.callBuffer('FCALL', name, KEYS_PER_PARTITION, ...keys, request.epoch, 0, payload);
  }
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, answer], partition) => {
    if (error !== null) throw error;
    return decodeMeta(partition, unpackAnswer(answer as Buffer));
  });
}

function decodeMeta(partition: number, answer: readonly unknown[]): PartitionMeta {
  if (answer[0] === CallStatus.NotInitialised) return { kind: 'absent', partition };
  const [, epoch, partitions, format, seq, created] = answer as number[];
  return {
    kind: 'present',
    partition,
    epoch: epoch!,
    partitions: partitions!,
    format: format!,
    seq: seq!,
    created: created === 1,
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { StockNodes } from './cluster-nodes.js';
import { slotOfPartition } from './cluster-slots.js';
import { unpackAnswer } from './decode.js';
import { encodeInitialise, KEYS_PER_PARTITION, keysOf, STOCK_FORMAT } from './encode.js';
import { classifyError } from './errors.js';
import type { FunctionLibrary } from './library.js';
import { CallStatus } from './reply-codes.js';

/** A partition on its way to another node is looked for again so often: two seconds. */
const ATTEMPTS = 40;
const PAUSE_MS = 50;

/** A partition that is between two nodes of a cluster and stays there. */
export class StillMoving extends Error {
  override readonly name = 'StillMoving';

  constructor(partition: number, cause: Error) {
    const slot = slotOfPartition(partition);
    super(
      `Partition ${partition} is half on its way from one node of the Redis Cluster to another (${cause.message}): end the migration ` +
        `of slot ${slot} (\`redis-cli --cluster fix\`), then try again`,
      { cause },
    );
  }
}

/** What `initialise` found (or made) in a partition. */
export type PartitionMeta =
  | {
      readonly kind: 'present';
      readonly partition: number;
      /** Below zero while a recovery fills the partition for that epoch. */
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
 * Rejects with `StillMoving` or with Redis' error.
 */
export async function initialisePartitions(
  nodes: StockNodes,
  library: FunctionLibrary,
  request: InitialiseRequest,
): Promise<readonly PartitionMeta[]> {
  const name = library.functionName('initialise');
  const payload = encodeInitialise(request.partitions, STOCK_FORMAT, request.mayCreate);
  const ask = async (partition: number): Promise<PartitionMeta> => {
    const words = [name, KEYS_PER_PARTITION, ...keysOf(partition), request.epoch, 0, payload];
    let asked: Redis | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer =
          asked === undefined
            ? await nodes.redisOf(partition).callBuffer('FCALL', ...words)
            : await callAsking(asked, words);
        return decodeMeta(partition, unpackAnswer(answer as Buffer));
      } catch (error) {
        const failure = classifyError(error as Error);
        if (failure.kind !== 'not_sent' || failure.passing !== true) throw error;
        if (attempt === ATTEMPTS) throw new StillMoving(partition, error as Error);
        // A move that its operator left half done may stay so for long.
        asked = nodes.askedOf(error as Error);
        if (asked !== undefined) continue;
        await delay(PAUSE_MS);
        await nodes.refresh();
      }
    }
  };
  return await Promise.all(Array.from({ length: request.partitions }, (_, partition) => ask(partition)));
}

/** At the node that is only taking over the partition. */
async function callAsking(redis: Redis, words: readonly (string | number | Buffer)[]): Promise<unknown> {
  const replies = await redis
    .pipeline()
    .asking()
    .callBuffer('FCALL', ...words)
    .exec();
  const [error, answer] = replies?.[1] ?? [new Error('no answer')];
  if (error !== null) throw error;
  return answer;
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

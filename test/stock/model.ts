import type {
  ItemRefusal,
  ItemResult,
  StockCall,
  StockCallResult,
  StockReply,
  StockStore,
} from '../../src/domain/stock-call.js';
import { OPERATIONS } from './model-operations.js';
import { ModelCall, ModelPartition } from './model-partition.js';
import { isRestoring, restoreRefusal } from './model-restore.js';

export interface ModelOptions {
  /** Milliseconds since 1970; may step back, as Redis' clock may. */
  readonly clock: () => number;
  readonly epoch: number;
  readonly partitions: number;
  readonly adjustmentRetentionMs: number;
}

/** What an operation answers beyond the SKUs touched. */
export interface OperationAnswer {
  readonly results?: readonly (ItemResult | ItemRefusal)[];
  readonly nextDue?: number;
  readonly more?: boolean;
  readonly expired?: number;
  readonly holds?: StockReply['holds'];
  readonly buyers?: StockReply['buyers'];
  readonly deadlines?: StockReply['deadlines'];
  readonly oldestSeq?: number;
}

/**
 * The function library as plain TypeScript: the same answers, events and records, written from lua/README.md and the headers
 * of the operations rather than from their code. Tests hold the library against it; a simulator may put it in Redis' place.
 */
export class StockModel implements StockStore {
  readonly partitions: readonly ModelPartition[];
  readonly #options: ModelOptions;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.partitions = Array.from(
      { length: options.partitions },
      (_, partition) => new ModelPartition(partition, options.epoch, options.clock()),
    );
  }

  async execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]> {
    return calls.map((call) => this.run(call));
  }

  run(call: StockCall): StockCallResult {
    const partition = this.partitions[call.partition]!;
    if (isRestoring(call)) {
      const found = restoreRefusal(partition, call);
      if (found !== undefined) return { kind: 'wrong_epoch', epoch: found };
    } else if (call.epoch !== partition.epoch) return { kind: 'wrong_epoch', epoch: partition.epoch };
    if (partition.seq < call.seqSeen) return { kind: 'rolled_back', seq: partition.seq };
    const context = new ModelCall(partition, this.#options.clock());
    const operation = OPERATIONS[call.operation] as (
      context: ModelCall,
      call: StockCall,
      options: ModelOptions,
    ) => OperationAnswer;
    const answer = operation(context, call, this.#options);
    return {
      kind: 'reply',
      seq: partition.seq,
      changed: context.isChanged,
      now: context.now,
      skus: context.views(),
      results: (answer.results ?? []).map(asResult),
      nextDue: answer.nextDue ?? 0,
      more: answer.more ?? false,
      ...(answer.expired === undefined ? {} : { expired: answer.expired }),
      cursor: '0',
      holds: answer.holds ?? [],
      ...(answer.buyers === undefined ? {} : { buyers: answer.buyers }),
      ...(answer.deadlines === undefined ? {} : { deadlines: answer.deadlines }),
      oldestSeq: answer.oldestSeq ?? 0,
    };
  }
}

function asResult(result: ItemResult | ItemRefusal): ItemResult {
  return 'kind' in result ? result : { kind: 'refused', refusal: result };
}

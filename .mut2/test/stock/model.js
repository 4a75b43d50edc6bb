import { OPERATIONS } from './model-operations.js';
import { ModelCall, ModelPartition } from './model-partition.js';
import { isRestoring, restoreRefusal } from './model-restore.js';
/**
 * The function library as plain TypeScript: the same answers, events and records, written from lua/README.md and the headers
 * of the operations rather than from their code. Tests hold the library against it; a simulator may put it in Redis' place.
 */
export class StockModel {
    partitions;
    #options;
    constructor(options) {
        this.#options = options;
        this.partitions = Array.from({ length: options.partitions }, (_, partition) => new ModelPartition(partition, options.epoch, options.clock()));
    }
    async execute(calls) {
        return calls.map((call) => this.run(call));
    }
    run(call) {
        const partition = this.partitions[call.partition];
        if (isRestoring(call)) {
            const found = restoreRefusal(partition, call);
            if (found !== undefined)
                return { kind: 'wrong_epoch', epoch: found };
        }
        else if (call.epoch !== partition.epoch)
            return { kind: 'wrong_epoch', epoch: partition.epoch };
        if (partition.seq < call.seqSeen)
            return { kind: 'rolled_back', seq: partition.seq };
        const context = new ModelCall(partition, this.#options.clock());
        const operation = OPERATIONS[call.operation];
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
function asResult(result) {
    return 'kind' in result ? result : { kind: 'refused', refusal: result };
}
//# sourceMappingURL=model.js.map
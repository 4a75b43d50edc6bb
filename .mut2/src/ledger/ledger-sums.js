import { numberArray, textArray } from './columns.js';
import { ask } from './queries.js';
import { sql } from './sql.js';
const READ_POSITION = { name: 'read-position', text: sql('queries/read-position.sql') };
const SUM_HISTORY = { name: 'sum-history', text: sql('queries/sum-history.sql') };
const COUNT_QUARANTINED = { name: 'count-quarantined', text: sql('queries/count-quarantined.sql') };
const KEEP_CHECKPOINTS = { name: 'keep-checkpoints', text: sql('statements/keep-checkpoints.sql') };
export class PostgresLedgerSums {
    #pool;
    constructor(pool) {
        this.#pool = pool;
    }
    async position(partition) {
        const query = { ...READ_POSITION, values: [partition] };
        const [row] = await ask(this.#pool, query);
        return row && { epoch: row.epoch, seq: Number(row.seq) };
    }
    async sums(skus, { epoch, seq }, fromCheckpoints) {
        const values = [textArray(skus), epoch, seq, fromCheckpoints];
        const rows = await ask(this.#pool, { ...SUM_HISTORY, values });
        return new Map(rows.map((row) => [row.sku, countersOf(row)]));
    }
    async quarantined(partition, { epoch, seq }) {
        const query = { ...COUNT_QUARANTINED, values: [partition, epoch, seq] };
        const [row] = await ask(this.#pool, query);
        return row?.events ?? 0;
    }
    async keep({ epoch, seq }, sums) {
        const counters = [...sums.values()];
        const column = (name) => numberArray(counters.map((one) => one[name]));
        const values = [
            ...[epoch, seq, textArray([...sums.keys()]), column('total')],
            ...[column('held'), column('sold'), column('reserved')],
        ];
        await ask(this.#pool, { ...KEEP_CHECKPOINTS, values });
    }
}
function countersOf(row) {
    const total = Number(row.total);
    const held = Number(row.held);
    const sold = Number(row.sold);
    const reserved = Number(row.reserved);
    return { total, available: total - held - sold - reserved, held, sold, reserved };
}
//# sourceMappingURL=ledger-sums.js.map
/** The key of an event in `ledgerEvents` and `quarantine`. */
export function eventKey(epoch, partition, seq) {
    return `${epoch}/${partition}/${seq}`;
}
/** All tables, with the changes of the transaction under way in a log to undo them by: rows are replaced, never altered. */
export class LedgerTables {
    deployment;
    epochs = [];
    positions = new Map();
    ledgerEvents = new Map();
    lostEvents = [];
    skus = new Map();
    holds = new Map();
    history = [];
    quarantine = new Map();
    #undo = [];
    put(table, key, row) {
        const before = table.get(key);
        this.#undo.push(before === undefined ? () => table.delete(key) : () => table.set(key, before));
        table.set(key, row);
    }
    appendHistory(row) {
        this.#undo.push(() => this.history.pop());
        this.history.push(row);
    }
    commit() {
        this.#undo.length = 0;
    }
    rollBack() {
        for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop())
            undo();
    }
}
//# sourceMappingURL=ledger-model-tables.js.map
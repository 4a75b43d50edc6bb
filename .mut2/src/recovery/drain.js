import { SharedState } from '../domain/shared-state.js';
import { PostgresLedger } from '../ledger/transactions.js';
import { LedgerWriter } from '../ledger/writer.js';
const FLUSH_MS = 20;
/** Without a row written for so long, Postgres or Redis does not answer: the recovery ends and is run again. */
const PATIENCE_MS = 60_000;
/** The ledger could not be written to the end of the streams. */
export class DrainFailed extends Error {
    name = 'DrainFailed';
}
/**
 * Writes what is left in the streams to the ledger with the writer that engines use, beside theirs if some still run: the fence
 * decides. Partitions whose events do not follow the ledger's are left as they are; answers how many rows it wrote.
 */
export async function drainStreams(options) {
    const { clock, epoch, partitions } = options;
    const ledger = new PostgresLedger({
        url: options.databaseUrl,
        statementTimeoutMs: options.statementTimeoutMs,
        queryTimeoutMs: options.queryTimeoutMs,
        applicationName: 'holdfast recover',
    });
    let trouble = '';
    const writer = new LedgerWriter({
        epoch,
        partitions,
        batchRows: options.batchRows,
        flushMs: FLUSH_MS,
        yieldMs: 0,
        stallMs: 0,
        exclusive: false,
    }, {
        source: options.source,
        ledger,
        clock,
        shared: new SharedState(partitions),
        alarm: (alarm) => {
            if ('detail' in alarm)
                trouble = alarm.detail;
        },
    });
    const running = writer.run();
    try {
        for (let rows = -1; !(await writer.flush(PATIENCE_MS));) {
            if (writer.state.kind === 'stopped' || writer.counters.rows === rows) {
                throw new DrainFailed(`The events left in Redis could not be written to Postgres: ${trouble}.`);
            }
            rows = writer.counters.rows;
            options.progress(rows);
        }
        return writer.counters.rows;
    }
    finally {
        writer.close();
        await running;
    }
}
//# sourceMappingURL=drain.js.map
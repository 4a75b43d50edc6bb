import { SharedState } from '../../src/domain/shared-state.js';
import { RedisEventSource } from '../../src/events/reader.js';
import { PostgresLedger } from '../../src/ledger/transactions.js';
import { LedgerWriter } from '../../src/ledger/writer.js';
import { StockNodes } from '../../src/stock/cluster-nodes.js';
import { systemClock } from '../../src/system-clock.js';
/**
 * A ledger writer as a process of its own that kills itself with SIGKILL just before the first statement named by its last
 * argument: `node crashing-writer.js REDIS_URL DATABASE_URL EPOCH PARTITIONS STEP`. With the step `none` it lives.
 */
const [redisUrl, databaseUrl, epoch, partitions, crashAt] = process.argv.slice(2);
const nodes = new StockNodes({ url: redisUrl, timeoutMs: 5000 });
void nodes.connect().catch(() => undefined);
const ledger = new PostgresLedger({
    url: databaseUrl,
    statementTimeoutMs: 60_000,
    queryTimeoutMs: 61_000,
    applicationName: 'crashing writer',
    beforeStatement: (step) => {
        if (step === crashAt)
            process.kill(process.pid, 'SIGKILL');
    },
});
const writer = new LedgerWriter({
    epoch: Number(epoch),
    partitions: Number(partitions),
    batchRows: 5000,
    flushMs: 20,
    yieldMs: 1000,
    stallMs: 60_000,
    exclusive: true,
}, {
    source: new RedisEventSource(nodes),
    ledger,
    clock: systemClock,
    shared: new SharedState(Number(partitions)),
    alarm: (alarm) => process.stderr.write(`${JSON.stringify(alarm)}\n`),
});
await writer.run();
//# sourceMappingURL=crashing-writer.js.map
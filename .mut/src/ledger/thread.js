import { parentPort, workerData } from 'node:worker_threads';
import { SharedState } from '../domain/shared-state.js';
import { RedisEventSource } from '../events/reader.js';
import { RedisStockStore } from '../stock/store.js';
import { systemClock } from '../system-clock.js';
import { AuditDesk } from './audit-desk.js';
import { LedgerHost } from './ledger-host.js';
import { PostgresLedger } from './transactions.js';
/**
 * Entry of the ledger's thread. A thread of its own, because turning events into columns would delay the buying path, and
 * because nothing here may ever stop it: it has its own connections to Redis and Postgres.
 */
/** Reads of the streams are harmless to repeat but large: they get more time than the calls that sell. */
const READ_TIMEOUT_FACTOR = 5;
const options = workerData;
const port = parentPort;
function post(message) {
    port.postMessage(message);
}
const alarm = (raised) => post({ kind: 'alarm', alarm: raised });
const shared = new SharedState(options.partitions, options.sharedState);
const store = new RedisStockStore({
    url: options.redisUrl,
    timeoutMs: options.stockTimeoutMs * READ_TIMEOUT_FACTOR,
    replicas: options.stockReplicas,
    // Adjustments are made elsewhere.
    adjustmentRetentionMs: 0,
});
const { nodes } = store;
const source = new RedisEventSource(nodes);
const host = new LedgerHost(options, {
    source,
    ledger: new PostgresLedger({
        url: options.databaseUrl,
        statementTimeoutMs: options.statementTimeoutMs,
        queryTimeoutMs: options.queryTimeoutMs,
        applicationName: 'holdfast ledger writer',
    }),
    clock: systemClock,
    shared,
    alarm,
    status: (status) => post({ kind: 'status', status: { ...status, ...audits.stats() } }),
});
const { writer } = host;
const audits = new AuditDesk(options, { store, source, writer, clock: systemClock, shared, alarm });
// A first attempt that fails is no reason to end: the connection goes on trying, and the writer says that it waits.
const connected = nodes.connect().catch(() => undefined);
port.on('message', (message) => {
    switch (message.kind) {
        case 'status':
            void host.report();
            break;
        case 'flush':
            void writer.flush(message.deadlineMs).then((drained) => post({ kind: 'flushed', drained }));
            break;
        case 'audit':
            void connected
                .then(() => audits.answer(message.question))
                .then((answer) => post({ kind: 'audited', id: message.id, answer }));
            break;
        case 'close':
            writer.close();
            break;
    }
});
nodes.onReady(() => writer.recheck());
await connected;
void audits.run();
await host.run();
audits.close();
nodes.close();
post({ kind: 'closed' });
port.close();
//# sourceMappingURL=thread.js.map
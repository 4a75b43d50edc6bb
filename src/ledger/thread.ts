import { parentPort, workerData } from 'node:worker_threads';
import { SharedState } from '../domain/shared-state.js';
import { RedisEventSource } from '../events/reader.js';
import { StockConnection } from '../stock/connection.js';
import { systemClock } from '../system-clock.js';
import type { FromLedger, LedgerAlarm, LedgerThreadOptions, ToLedger } from './messages.js';
import { PostgresLedger } from './transactions.js';
import { LedgerWatch } from './watch.js';
import { LedgerWriter } from './writer.js';

/**
 * Entry of the ledger's thread. A thread of its own, because turning events into columns would delay the buying path, and
 * because nothing here may ever stop it: it has its own connections to Redis and Postgres.
 */
const STATUS_MS = 1000;
const STALL_MS = 15_000;
/** Reads of the streams are harmless to repeat but large: they get more time than the calls that sell. */
const READ_TIMEOUT_FACTOR = 5;

const options = workerData as LedgerThreadOptions;
const port = parentPort!;

function post(message: FromLedger): void {
  port.postMessage(message);
}

const alarm = (raised: LedgerAlarm): void => post({ kind: 'alarm', alarm: raised });
const shared = new SharedState(options.partitions, options.sharedState);
const connection = new StockConnection({
  url: options.redisUrl,
  timeoutMs: options.stockTimeoutMs * READ_TIMEOUT_FACTOR,
});
const source = new RedisEventSource(connection.redis);
const ledger = new PostgresLedger({
  url: options.databaseUrl,
  statementTimeoutMs: options.statementTimeoutMs,
  queryTimeoutMs: options.queryTimeoutMs,
  applicationName: 'holdfast ledger writer',
});
const ports = { source, ledger, clock: systemClock, shared, alarm };
const writer = new LedgerWriter({ ...options, stallMs: STALL_MS, exclusive: true }, ports);
const watch = new LedgerWatch(
  writer,
  {
    life: options.life,
    partitions: options.partitions,
    alarmPercent: options.memoryAlarmPercent,
    refusePercent: options.memoryRefusePercent,
  },
  ports,
);

async function report(): Promise<void> {
  await watch.look();
  post({ kind: 'status', status: watch.status() });
}

port.on('message', (message: ToLedger) => {
  switch (message.kind) {
    case 'status':
      void report();
      break;
    case 'flush':
      void writer.flush(message.deadlineMs).then((drained) => post({ kind: 'flushed', drained }));
      break;
    case 'close':
      writer.close();
      break;
  }
});

connection.onReady(() => writer.recheck());
// A first attempt that fails is no reason to end: the connection goes on trying, and the writer says that it waits.
await connection.connect().catch(() => undefined);
void report();
const reporting = setInterval(() => void report(), STATUS_MS);
await writer.run();
clearInterval(reporting);
// The epoch may be over while the engine lives on: then this is the last that is heard of the writer.
if (writer.state.kind === 'stopped' && writer.state.detail !== 'closed') {
  post({ kind: 'status', status: watch.status() });
}
connection.close();
post({ kind: 'closed' });
port.close();

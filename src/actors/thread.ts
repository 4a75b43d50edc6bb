import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../system-clock.js';
import type { BoardRow, ForeignKeys } from './board.js';
import { AnswerBatch, type FromShard, readCommands, type ShardThreadData, type ToShard } from './messages.js';
import { type HostedShard, hostShard } from './shard-host.js';

/** Entry of a shard's worker thread: a shard, and the messages of one turn of its event loop in one buffer each way. */
const REPORT_MS = 1000;
const HEARTBEAT_MS = 100;

class ShardThread {
  readonly #port: MessagePort;
  readonly #data: ShardThreadData;
  readonly #answers = new AnswerBatch();
  #rows: BoardRow[] = [];
  #keys: ForeignKeys[] = [];
  #keysKnown: [number, number][] = [];
  #isPostScheduled = false;
  #hosted: HostedShard<number> | undefined;

  constructor(port: MessagePort, data: ShardThreadData) {
    this.#port = port;
    this.#data = data;
  }

  async run(): Promise<void> {
    const heartbeat = new Int32Array(this.#data.heartbeat);
    setInterval(() => Atomics.add(heartbeat, 0, 1), HEARTBEAT_MS);
    const hosted = await hostShard<number>(this.#data, {
      clock: systemClock,
      soon: queueMicrotask,
      outlet: {
        created: (submission, expiresAt) => {
          this.#answers.created(submission.ticket, expiresAt);
          this.#postSoon();
        },
        answer: (submission, outcome) => {
          this.#answers.add(submission.ticket, outcome);
          this.#postSoon();
        },
        boardRow: (row) => {
          this.#rows.push(row);
          this.#postSoon();
        },
        foreignKeys: (keys) => {
          this.#keys.push(keys);
          this.#postSoon();
        },
        keysKnown: (partition, seq) => {
          this.#keysKnown.push([partition, seq]);
          this.#postSoon();
        },
      },
    });
    this.#hosted = hosted;
    // Commands sent before have waited in the port until now.
    this.#port.on('message', (message: ArrayBuffer | ToShard) => this.#receive(message));
    setInterval(() => this.#report(hosted), REPORT_MS);
    await hosted.shard.start();
    this.#report(hosted);
    this.#port.postMessage({ kind: 'ready' } satisfies FromShard);
  }

  #receive(message: ArrayBuffer | ToShard): void {
    const { shard, close } = this.#hosted!;
    if (message instanceof ArrayBuffer) {
      readCommands(message, (slot, command, sentAt, isResubmitted) =>
        shard.submit(command, slot, sentAt, isResubmitted),
      );
    } else if (message.kind === 'list') {
      const items = shard.listSkus(message.filter);
      this.#port.postMessage({
        kind: 'listed',
        id: message.id,
        items,
        now: shard.redisNow,
      } satisfies FromShard);
    } else if (message.kind === 'close') {
      this.#report(this.#hosted!);
      void close().finally(() => process.exit(0));
    }
  }

  #postSoon(): void {
    if (this.#isPostScheduled) return;
    this.#isPostScheduled = true;
    // After the replies of this turn: one message carries all their answers.
    setImmediate(this.#post);
  }

  readonly #post = (): void => {
    this.#isPostScheduled = false;
    if (!this.#answers.isEmpty) {
      const buffer = this.#answers.take();
      this.#port.postMessage(buffer, [buffer]);
    }
    if (this.#rows.length + this.#keys.length + this.#keysKnown.length === 0) return;
    const news: FromShard = {
      kind: 'news',
      rows: this.#rows,
      keys: this.#keys,
      keysKnown: this.#keysKnown,
    };
    this.#rows = [];
    this.#keys = [];
    this.#keysKnown = [];
    this.#port.postMessage(news);
  };

  #report(hosted: HostedShard<number>): void {
    const report: FromShard = { kind: 'report', stats: hosted.shard.stats(), redis: hosted.redisState() };
    this.#port.postMessage(report);
  }
}

function isShardData(data: unknown): data is ShardThreadData {
  return typeof data === 'object' && data !== null && (data as ShardThreadData).kind === 'holdfast-shard';
}

if (!isMainThread && parentPort !== null && isShardData(workerData)) {
  // A failure ends the thread, and the router starts another.
  await new ShardThread(parentPort, workerData).run();
}

import type { Clock, TimerHandle } from '../domain/ports.js';
import type { BoardRow, ForeignKeys } from './board.js';
import {
  AnswerBatch,
  type FromShard,
  type RedisState,
  readCommands,
  type ShardThreadData,
  type ToShard,
} from './messages.js';
import type { Outlet } from './outlet.js';
import type { HostedShard } from './shard-host.js';

const REPORT_MS = 1000;
const HEARTBEAT_MS = 100;

export interface ShardThreadPorts {
  readonly clock: Clock;
  /** To the link in the main thread; a batch's buffer is handed over. */
  readonly post: (message: ArrayBuffer | FromShard) => void;
  /** Begins to listen to the link; what it sent before comes first. */
  readonly listen: (receive: (message: ArrayBuffer | ToShard) => void) => void;
  /** Makes the shard with its store. */
  readonly host: (outlet: Outlet<number>) => Promise<HostedShard<number>>;
  /** Runs a task at the end of the event loop's turn. */
  readonly atEndOfTurn: (task: () => void) => void;
  /** Ends this thread. */
  readonly exit: () => void;
}

/** A shard in its thread: commands come and answers leave as one buffer for each turn of the event loop. */
export class ShardThread {
  readonly #ports: ShardThreadPorts;
  readonly #heartbeat: Int32Array;
  readonly #answers = new AnswerBatch();
  #rows: BoardRow[] = [];
  #keys: ForeignKeys[] = [];
  #keysKnown: [number, number][] = [];
  #isPostScheduled = false;
  #hosted: HostedShard<number> | undefined;
  #beatTimer: TimerHandle | undefined;
  #reportTimer: TimerHandle | undefined;
  /** As it was last reported. */
  #redisState: RedisState['state'] = 'connecting';

  constructor(data: Pick<ShardThreadData, 'heartbeat'>, ports: ShardThreadPorts) {
    this.#ports = ports;
    this.#heartbeat = new Int32Array(data.heartbeat);
  }

  /** Resolves when all SKUs are in memory; serves long before. */
  async run(): Promise<void> {
    this.#beat();
    const hosted = await this.#ports.host({
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
      // At once: it must be on its way before this thread can die of what follows.
      lostEvent: (event) => this.#ports.post({ kind: 'lost_event', event }),
    });
    this.#hosted = hosted;
    this.#ports.listen((message) => this.#receive(hosted, message));
    this.#reportLater(hosted);
    await hosted.shard.start();
    this.#report(hosted);
    this.#ports.post({ kind: 'ready' });
  }

  #receive({ shard }: HostedShard<number>, message: ArrayBuffer | ToShard): void {
    if (message instanceof ArrayBuffer) {
      readCommands(message, (slot, command, sentAt, isResubmitted) =>
        shard.submit(command, slot, sentAt, isResubmitted),
      );
    } else if (message.kind === 'list') {
      const items = shard.listSkus(message.filter);
      this.#ports.post({ kind: 'listed', id: message.id, items, now: shard.redisNow });
    } else if (message.kind === 'close') this.#close();
  }

  #close(): void {
    const hosted = this.#hosted!;
    this.#report(hosted);
    this.#beatTimer?.cancel();
    this.#reportTimer?.cancel();
    void hosted.close().finally(this.#ports.exit);
  }

  #postSoon(): void {
    if (this.#isPostScheduled) return;
    this.#isPostScheduled = true;
    // After the replies of this turn: one message carries all their answers.
    this.#ports.atEndOfTurn(this.#post);
  }

  readonly #post = (): void => {
    const { post } = this.#ports;
    this.#isPostScheduled = false;
    if (!this.#answers.isEmpty) post(this.#answers.take());
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
    post(news);
  };

  #beat(): void {
    Atomics.add(this.#heartbeat, 0, 1);
    this.#beatTimer = this.#ports.clock.setTimer(HEARTBEAT_MS, () => this.#beat());
    // That Redis is gone or back is told at once: until then `/readyz` would say what is no longer so.
    const hosted = this.#hosted;
    if (hosted !== undefined && hosted.redisState().state !== this.#redisState) this.#report(hosted);
  }

  #reportLater(hosted: HostedShard<number>): void {
    this.#reportTimer = this.#ports.clock.setTimer(REPORT_MS, () => {
      this.#report(hosted);
      this.#reportLater(hosted);
    });
  }

  #report(hosted: HostedShard<number>): void {
    const redis = hosted.redisState();
    this.#redisState = redis.state;
    this.#ports.post({ kind: 'report', stats: hosted.shard.stats(), redis });
  }
}

import type { Command } from '../domain/command.js';
import { type Outcome, refused } from '../domain/outcome.js';
import type { OwnEvent } from '../domain/own-event.js';
import { ActorsUnavailable, type Clock, type TimerHandle } from '../domain/ports.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import type { GatewayBoard } from './board.js';
import { Heartbeat } from './heartbeat.js';
import {
  CommandBatch,
  type FromShard,
  type RedisState,
  readAnswers,
  type ShardThreadData,
  type ToShard,
} from './messages.js';
import { PendingCommands } from './pending-commands.js';
import { PostPace } from './post-pace.js';
import { unavailable } from './resolution.js';
import type { ShardWorker, SpawnShard } from './shard-worker.js';
import type { SkuFilter } from './sku-directory.js';

/** A thread whose event loop did not turn for this many looks in a row is stuck: about a second. */
const STUCK_LOOKS = 10;
const LOOK_MS = 100;
const LATE_MS = 25;
const RESTART_MS_MIN = 50;
const RESTART_MS_MAX = 5000;
/** A life longer than this starts the back-off anew. */
const STABLE_MS = 60_000;
const CLOSE_GRACE_MS = 2000;
/** A thread that dies this often before it was ever ready will not get better by itself. */
const START_ATTEMPTS = 5;

export type ShardState = 'starting' | 'ready' | 'restarting' | 'closed';

export interface ShardStatus {
  readonly shard: number;
  readonly state: ShardState;
  readonly redis: RedisState;
  readonly restarts: number;
}

export interface ShardLinkOptions {
  readonly data: Omit<ShardThreadData, 'life' | 'rows' | 'keysKnown' | 'heartbeat'>;
  readonly clock: Clock;
  readonly board: GatewayBoard;
  /** Time a command has until it must be answered, milliseconds; the thread itself gets less. */
  readonly requestBudgetMs: number;
  /** Most commands a thread may owe answers to. */
  readonly pendingMax: number;
  readonly report: (stats: ShardStats) => void;
  readonly lost: (event: OwnEvent) => void;
  readonly died: (death: { readonly shard: number; readonly life: number; readonly reason: string }) => void;
  readonly spawn: SpawnShard;
  /** Runs a task at the end of the event loop's turn: commands of one turn travel together, or wait for more (`PostPace`). */
  readonly atEndOfTurn: (task: () => void) => void;
}

interface Listing {
  readonly filter: SkuFilter;
  readonly resolve: (page: { items: readonly SkuView[]; now: number }) => void;
}

/** The main thread's side of one shard thread: gives it commands, brings back answers, and replaces it when it dies. */
export class ShardLink {
  readonly #options: ShardLinkOptions;
  readonly #pending = new PendingCommands();
  readonly #batch = new CommandBatch();
  readonly #pace = new PostPace();
  readonly #keysKnown = new Map<number, number>();
  readonly #listings = new Map<number, Listing>();
  readonly #heartbeat = new Heartbeat(STUCK_LOOKS);
  #worker: ShardWorker | undefined;
  /** Told when the thread that is being closed has ended. */
  #whenExited: (() => void) | undefined;
  #state: ShardState = 'starting';
  #redis: RedisState = { state: 'connecting' };
  #life = 0;
  #startedAt = 0;
  #restartMs = RESTART_MS_MIN;
  #lastReason = '';
  #nextListing = 0;
  #isPostScheduled = false;
  #postTimer: TimerHandle | undefined;
  #lateTimer: TimerHandle | undefined;
  #lookTimer: TimerHandle | undefined;
  #restartTimer: TimerHandle | undefined;
  #whenStarted: { resolve: () => void; reject: (reason: Error) => void } | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: ShardLinkOptions) {
    this.#options = options;
  }

  /** Resolves when the thread has all its SKUs; rejects when it dies again and again before that. */
  start(): Promise<void> {
    this.#launch();
    this.#look();
    return new Promise((resolve, reject) => {
      this.#whenStarted = { resolve, reject };
    });
  }

  get status(): ShardStatus {
    const { data } = this.#options;
    return { shard: data.index, state: this.#state, redis: this.#redis, restarts: this.#life };
  }

  get pending(): number {
    return this.#pending.size;
  }

  submit(command: Command, reply: (outcome: Outcome) => void): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      queueMicrotask(() => reply(refusal));
      return;
    }
    const sentAt = this.#options.clock.monotonic();
    const hasThread = this.#worker !== undefined;
    const slot = this.#pending.add(command, reply, sentAt, hasThread);
    this.#lateTimer ??= this.#options.clock.setTimer(LATE_MS, this.#answerLate);
    // Without a thread it waits among the pending ones, which the next thread is given.
    if (!hasThread) return;
    this.#batch.add(slot, command, sentAt, false);
    this.#considerSoon();
  }

  async list(filter: SkuFilter): Promise<{ items: readonly SkuView[]; now: number }> {
    this.#nextListing += 1;
    const id = this.#nextListing;
    const { clock, requestBudgetMs } = this.#options;
    return await new Promise((resolve, reject) => {
      const timer = clock.setTimer(requestBudgetMs, () => {
        this.#listings.delete(id);
        reject(new ActorsUnavailable(`shard ${this.#options.data.index} did not list its SKUs in time`));
      });
      this.#listings.set(id, {
        filter,
        resolve: (page) => {
          timer.cancel();
          resolve(page);
        },
      });
      this.#tell({ kind: 'list', id, filter });
    });
  }

  /** Resolves when nothing is pending. */
  async drain(): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  /** Ends the thread. What is still pending is answered when its time is over, or never sent. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#state = 'closed';
    this.#lookTimer?.cancel();
    this.#restartTimer?.cancel();
    this.#postTimer?.cancel();
    if (worker !== undefined) {
      const exited = new Promise<void>((resolve) => {
        this.#whenExited = resolve;
      });
      this.#tell({ kind: 'close' });
      const timer = this.#options.clock.setTimer(CLOSE_GRACE_MS, () => worker.terminate());
      await exited;
      timer.cancel();
    }
    this.#pending.answerLate(Number.POSITIVE_INFINITY);
    this.#lateTimer?.cancel();
  }

  #refusal(): Outcome | undefined {
    if (this.#state === 'closed') return unavailable('Holdfast is shutting down');
    if (this.#pending.size >= this.#options.pendingMax)
      return refused('overloaded', { retryAfterSeconds: 1 });
    return undefined;
  }

  #launch(): void {
    const { data, board, clock, spawn } = this.#options;
    const owned = new Set(data.owned);
    this.#startedAt = clock.monotonic();
    this.#heartbeat.reset();
    const workerData: ShardThreadData = {
      ...data,
      life: this.#life,
      heartbeat: this.#heartbeat.buffer,
      rows: [...board.rows()].filter((row) => owned.has(row.partition)),
      keysKnown: [...this.#keysKnown],
    };
    const worker = spawn(workerData, {
      message: (message) => {
        if (this.#worker === worker) this.#receive(message);
      },
      failed: (error) => {
        this.#lastReason = error.message;
      },
      exited: (code) => this.#exited(worker, code),
    });
    this.#worker = worker;
    this.#giveOrphans();
  }

  /** A new thread gets what its predecessor owed. What that one may have had is marked: it may have happened. */
  #giveOrphans(): void {
    this.#batch.clear();
    for (const { slot, command, sentAt, wasPosted } of this.#pending.orphans()) {
      this.#batch.add(slot, command, sentAt, wasPosted);
    }
    this.#tellIdle();
    this.#post();
    for (const [id, { filter }] of this.#listings) this.#tell({ kind: 'list', id, filter });
  }

  #considerSoon(): void {
    if (this.#isPostScheduled) return;
    this.#isPostScheduled = true;
    this.#options.atEndOfTurn(this.#consider);
  }

  /** At the end of a turn: posts what gathered, or leaves it for more to come. */
  readonly #consider = (): void => {
    this.#isPostScheduled = false;
    const { clock } = this.#options;
    const waitMs = this.#pace.waitMs(clock.monotonic(), this.#batch.commands, this.#pending.size);
    if (waitMs <= 0) this.#post();
    else this.#postTimer ??= clock.setTimer(waitMs, this.#post);
  };

  readonly #post = (): void => {
    this.#postTimer?.cancel();
    this.#postTimer = undefined;
    if (this.#batch.isEmpty || this.#worker === undefined) return;
    this.#pace.posted(this.#options.clock.monotonic(), this.#batch.commands);
    this.#worker.post(this.#batch.take());
  };

  #tell(message: ToShard): void {
    this.#worker?.post(message);
  }

  #receive(message: ArrayBuffer | FromShard): void {
    if (message instanceof ArrayBuffer) {
      readAnswers(message, (slot, answer) => this.#pending.answer(slot, answer));
      this.#tellIdle();
      // It may have nothing to do now.
      if (!this.#batch.isEmpty) this.#considerSoon();
      return;
    }
    switch (message.kind) {
      case 'ready':
        if (this.#state !== 'closed') this.#state = 'ready';
        this.#whenStarted?.resolve();
        this.#whenStarted = undefined;
        break;
      case 'news':
        for (const row of message.rows) this.#options.board.addRow(row);
        for (const keys of message.keys) this.#options.board.addForeignKeys(keys);
        for (const [partition, seq] of message.keysKnown) this.#keysKnown.set(partition, seq);
        break;
      case 'listed':
        this.#listings.get(message.id)?.resolve(message);
        this.#listings.delete(message.id);
        break;
      case 'lost_event':
        this.#options.lost(message.event);
        break;
      case 'report':
        this.#redis = message.redis;
        this.#options.report(message.stats);
        break;
    }
  }

  #tellIdle(): void {
    if (this.#pending.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  readonly #answerLate = (): void => {
    const { clock, requestBudgetMs } = this.#options;
    this.#pending.answerLate(clock.monotonic() - requestBudgetMs + LATE_MS);
    this.#lateTimer = this.#pending.size > 0 ? clock.setTimer(LATE_MS, this.#answerLate) : undefined;
  };

  #look(): void {
    // A starting thread has no event loop yet.
    if (this.#heartbeat.isStuck() && this.#state === 'ready') {
      this.#lastReason = 'its event loop did not turn for a second';
      this.#worker?.terminate();
    }
    this.#lookTimer = this.#options.clock.setTimer(LOOK_MS, () => this.#look());
  }

  #exited(worker: ShardWorker, code: number): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#whenExited?.();
    if (this.#state === 'closed') return;
    const { clock, data, died } = this.#options;
    const reason = this.#lastReason || `exit code ${code}`;
    died({ shard: data.index, life: this.#life, reason });
    if (this.#life + 1 >= START_ATTEMPTS) {
      this.#whenStarted?.reject(new Error(`shard ${data.index} does not start: ${reason}`));
    }
    this.#lastReason = '';
    this.#state = 'restarting';
    this.#life += 1;
    if (clock.monotonic() - this.#startedAt > STABLE_MS) this.#restartMs = RESTART_MS_MIN;
    this.#restartTimer = clock.setTimer(this.#restartMs, () => this.#launch());
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
  }
}

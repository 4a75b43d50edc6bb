import type { Command } from '../domain/command.js';
import type { Outcome } from '../domain/outcome.js';
import type { OwnEvent } from '../domain/own-event.js';
import { ActorsUnavailable, type Clock, type TimerHandle } from '../domain/ports.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import type { GatewayBoard } from './board.js';
import type { ShardThreadData } from './messages.js';
import { createdHold, unavailable } from './resolution.js';
import { type HostedShard, hostShard } from './shard-host.js';
import type { ShardStatus } from './shard-link.js';
import type { SkuFilter } from './sku-directory.js';

type Reply = (outcome: Outcome) => void;

const REPORT_MS = 1000;
const DRAIN_POLL_MS = 5;

/** A shard in the gateway's own thread, for machines where a hop between threads costs more than a second thread gives. */
export class LocalShard {
  readonly #clock: Clock;
  readonly #data: ShardThreadData;
  readonly #report: (stats: ShardStats) => void;
  readonly #board: GatewayBoard;
  readonly #lost: (event: OwnEvent) => void;
  #hosted: HostedShard<Reply> | undefined;
  #isSubmitting = false;
  #isReady = false;
  #reportTimer: TimerHandle | undefined;

  constructor(options: {
    readonly data: ShardThreadData;
    readonly clock: Clock;
    readonly board: GatewayBoard;
    readonly report: (stats: ShardStats) => void;
    readonly lost: (event: OwnEvent) => void;
  }) {
    this.#clock = options.clock;
    this.#data = options.data;
    this.#board = options.board;
    this.#report = options.report;
    this.#lost = options.lost;
  }

  async start(): Promise<void> {
    const hosted = await hostShard<Reply>(this.#data, {
      clock: this.#clock,
      // The end of the turn: everything the sockets brought in it leaves in one flush.
      soon: setImmediate,
      outlet: {
        created: (submission, expiresAt) => submission.ticket(createdHold(submission, expiresAt)),
        answer: (submission, outcome) => this.#answer(submission.ticket, outcome),
        boardRow: (row) => this.#board.addRow(row),
        foreignKeys: (keys) => this.#board.addForeignKeys(keys),
        keysKnown: () => undefined,
        lostEvent: (event) => this.#lost(event),
      },
    });
    this.#hosted = hosted;
    this.#reportLater(hosted);
    await hosted.shard.start();
    this.#isReady = true;
  }

  get status(): ShardStatus {
    const state = this.#isReady ? 'ready' : 'starting';
    const redis = this.#hosted?.redisState() ?? { state: 'connecting' };
    return { shard: this.#data.index, state, redis, restarts: 0 };
  }

  get pending(): number {
    return this.#hosted?.shard.open ?? 0;
  }

  submit(command: Command, reply: Reply): void {
    const hosted = this.#hosted;
    if (hosted === undefined) {
      queueMicrotask(() => reply(unavailable('Holdfast is starting')));
      return;
    }
    this.#isSubmitting = true;
    try {
      hosted.shard.submit(command, reply, this.#clock.monotonic());
    } finally {
      this.#isSubmitting = false;
    }
  }

  async list(filter: SkuFilter): Promise<{ items: readonly SkuView[]; now: number }> {
    if (this.#hosted === undefined) throw new ActorsUnavailable('the shard is starting');
    const { shard } = this.#hosted;
    return { items: shard.listSkus(filter), now: shard.redisNow };
  }

  async drain(): Promise<void> {
    while (this.pending > 0) {
      await new Promise<void>((resolve) => {
        this.#clock.setTimer(DRAIN_POLL_MS, resolve);
      });
    }
  }

  async close(): Promise<void> {
    this.#reportTimer?.cancel();
    await this.#hosted?.close();
  }

  /** Callers are promised their answer after `submit` returned. */
  #answer(reply: Reply, outcome: Outcome): void {
    if (this.#isSubmitting) queueMicrotask(() => reply(outcome));
    else reply(outcome);
  }

  #reportLater(hosted: HostedShard<Reply>): void {
    this.#report(hosted.shard.stats());
    this.#reportTimer = this.#clock.setTimer(REPORT_MS, () => this.#reportLater(hosted));
  }
}

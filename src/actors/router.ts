import type { Config } from '../config.js';
import type { Command } from '../domain/command.js';
import type { Outcome } from '../domain/outcome.js';
import type { OwnEvent } from '../domain/own-event.js';
import type { Actors, Clock } from '../domain/ports.js';
import type { SharedState } from '../domain/shared-state.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import { systemClock } from '../system-clock.js';
import { GatewayBoard } from './board.js';
import { BoardMemory } from './board-memory.js';
import { HotStock } from './hot-stock.js';
import { LocalShard } from './local-actors.js';
import type { ShardThreadData } from './messages.js';
import { ShardLink, type ShardStatus } from './shard-link.js';
import type { ShardLimits } from './shard-options.js';
import { type SpawnShard, threadSpawner } from './shard-worker.js';
import type { SkuFilter } from './sku-directory.js';
import { partitionOfCommand } from './submission.js';

/** How much sooner than the router a shard thread gives up on a command: its answer has to get here in time. */
const THREAD_MARGIN_MS = 75;
/** Commands a thread may owe, over its mailbox: those that its mailbox would refuse are on their way as well. */
const PENDING_FACTOR = 3;

export interface RouterOptions {
  readonly config: Config;
  readonly epoch: number;
  readonly shared: SharedState;
  /** About once a second for each shard. */
  readonly report?: (stats: ShardStats) => void;
  /** An event that a shard made is not in the store: see `OwnEventsParts.lost`. */
  readonly lost?: (event: OwnEvent) => void;
  readonly died?: (death: { readonly shard: number; readonly life: number; readonly reason: string }) => void;
  readonly clock?: Clock;
  /** How shard threads come to life; tests and the simulator give their own. Default: `threadSpawner()`. */
  readonly spawn?: SpawnShard;
  /** See `ShardLinkOptions`. Default: `setImmediate`. */
  readonly atEndOfTurn?: (task: () => void) => void;
}

/** What the router needs of a shard, wherever it lives. */
interface ShardPort {
  readonly status: ShardStatus;
  readonly pending: number;
  submit(command: Command, reply: (outcome: Outcome) => void): void;
  list(filter: SkuFilter): Promise<{ items: readonly SkuView[]; now: number }>;
  start(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** The gateway's way to the actors: finds the shard that owns a command's partition. */
export class Router implements Actors {
  readonly board: GatewayBoard;
  /** What of all stock goes fastest, as the board has it. */
  readonly hotStock: HotStock;
  readonly #partitions: number;
  readonly #shards: readonly ShardPort[];

  constructor(options: RouterOptions) {
    const { config } = options;
    const clock = options.clock ?? systemClock;
    const memory = new BoardMemory({
      partitions: config.PARTITIONS,
      rows: config.BOARD_SKUS,
      originMs: clock.monotonic(),
    });
    this.#partitions = config.PARTITIONS;
    this.board = new GatewayBoard({
      memory,
      clock,
      freshMs: config.BOARD_FRESH_MS,
      fingerprints: config.BOARD_FINGERPRINTS,
      retentionMs: config.HOLD_TTL_MS_MAX + config.IDEMPOTENCY_RETENTION_MS,
    });
    this.hotStock = new HotStock({ memory, names: this.board, clock });
    const count = Math.max(config.SHARDS, 1);
    this.#shards = Array.from({ length: count }, (_, index) =>
      this.#makeShard(options, clock, memory, index, count),
    );
  }

  /** Resolves when every shard has its SKUs in memory. */
  async start(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.start()));
  }

  submit(command: Command, reply: (outcome: Outcome) => void): void {
    const partition = partitionOfCommand(command, this.#partitions);
    this.#shards[partition % this.#shards.length]!.submit(command, reply);
  }

  async listSkus(filter: SkuFilter): Promise<{ items: readonly SkuView[]; now: number }> {
    const pages = await Promise.all(this.#shards.map((shard) => shard.list(filter)));
    const items = pages.flatMap((page) => page.items);
    items.sort((left, right) => (left.sku < right.sku ? -1 : 1));
    return { items: items.slice(0, filter.limit), now: Math.max(...pages.map((page) => page.now)) };
  }

  status(): readonly ShardStatus[] {
    return this.#shards.map((shard) => shard.status);
  }

  /** Commands not answered yet. */
  get pending(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.pending, 0);
  }

  /** Resolves when every command was answered; each is within its budget. */
  async drain(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.drain()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }

  #makeShard(
    { config, epoch, shared, report, lost, died, spawn, atEndOfTurn }: RouterOptions,
    clock: Clock,
    memory: BoardMemory,
    index: number,
    count: number,
  ): ShardPort {
    const all = Array.from({ length: config.PARTITIONS }, (_, partition) => partition);
    const data: Omit<ShardThreadData, 'life' | 'rows' | 'keysKnown' | 'heartbeat'> = {
      kind: 'holdfast-shard',
      index,
      owned: all.filter((partition) => partition % count === index),
      partitions: config.PARTITIONS,
      epoch,
      redisUrl: config.REDIS_URL,
      stockTimeoutMs: config.STOCK_TIMEOUT_MS,
      stockReplicas: config.STOCK_REPLICAS,
      limits: limitsOf(config),
      board: { buffer: memory.buffer, shape: memory.shape },
      shared: shared.buffer,
    };
    const ignore = (): void => undefined;
    const common = { clock, board: this.board, report: report ?? ignore, lost: lost ?? ignore };
    if (config.SHARDS === 0) {
      const heartbeat = new SharedArrayBuffer(4);
      return new LocalShard({ ...common, data: { ...data, life: 0, rows: [], keysKnown: [], heartbeat } });
    }
    return new ShardLink({
      ...common,
      data,
      requestBudgetMs: config.REQUEST_BUDGET_MS,
      pendingMax: config.MAILBOX_COMMANDS * PENDING_FACTOR,
      died: died ?? ignore,
      spawn: spawn ?? threadSpawner(),
      atEndOfTurn: atEndOfTurn ?? setImmediate,
    });
  }
}

function limitsOf(config: Config): ShardLimits {
  return {
    requestBudgetMs: Math.max(config.REQUEST_BUDGET_MS - THREAD_MARGIN_MS, config.REQUEST_BUDGET_MS / 2),
    mailboxCommands: config.MAILBOX_COMMANDS,
    mailboxWaitMs: config.MAILBOX_WAIT_MS,
    boardFreshMs: config.BOARD_FRESH_MS,
    pollMs: config.POLL_MS,
    unknownSkuMs: config.UNKNOWN_SKU_MS,
    idempotencyRetentionMs: config.IDEMPOTENCY_RETENTION_MS,
    eventRetentionMs: config.EVENT_RETENTION_MS,
  };
}

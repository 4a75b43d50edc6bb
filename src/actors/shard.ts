import type { Command } from '../domain/command.js';
import { type Outcome, refused } from '../domain/outcome.js';
import type { TimerHandle } from '../domain/ports.js';
import { StopReason } from '../domain/shared-state.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import { Admissions } from './admissions.js';
import type { FlushTimes } from './group-commit.js';
import { Intake } from './intake.js';
import { Mailbox } from './mailbox.js';
import { NodeGates } from './node-gates.js';
import { OwnEvents } from './own-events.js';
import { PartitionView } from './partition-view.js';
import { RedisClocks } from './redis-clock.js';
import { ledgerTooFarBehind, ofRolledBack, outcomeUnknown } from './resolution.js';
import { Retries } from './retries.js';
import { Settlement } from './settlement.js';
import { ShardCounters } from './shard-counters.js';
import type { ShardOptions } from './shard-options.js';
import { SkuDirectory, type SkuFilter } from './sku-directory.js';
import { isRead, LANE_OF, partitionOfCommand, Submission } from './submission.js';
import { Upkeep } from './upkeep.js';

/** How often commands out of time are looked for, and so how early one is answered at most. */
const WATCH_MS = 50;
/**
 * Share of its budget in which a command may happen. The rest is for finding out: once nothing can happen any more, the store
 * can say for certain what became of an attempt whose reply was lost.
 */
const HAPPEN_SHARE = 0.7;

/**
 * Owner of some partitions: takes commands, lets actors decide which go to Redis, and answers each exactly once, within
 * its budget. Single-threaded and free of threads, sockets and wall clocks; `Ticket` is whatever the caller knows a
 * command by.
 */
export class Shard<Ticket> {
  readonly #options: ShardOptions<Ticket>;
  readonly #counters = new ShardCounters();
  readonly #redisClocks: RedisClocks;
  readonly #views: ReadonlyMap<number, PartitionView>;
  readonly #directory: SkuDirectory<Ticket>;
  readonly #mailbox: Mailbox;
  readonly #gate: NodeGates<Ticket>;
  readonly #retries: Retries<Ticket>;
  readonly #intake: Intake<Ticket>;
  readonly #admissions: Admissions<Ticket>;
  readonly #settlement: Settlement<Ticket>;
  readonly #upkeep: Upkeep<Ticket>;
  readonly #own: OwnEvents;
  #watch: TimerHandle | undefined;

  constructor(options: ShardOptions<Ticket>) {
    this.#options = options;
    const { clock, shared, board, outlet, limits, rows } = options;
    const { events, store } = options;
    this.#own = new OwnEvents({ events, shared, store, lost: (event) => outlet.lostEvent(event) });
    const redisClocks = new RedisClocks(clock, options.owned, options.store);
    this.#redisClocks = redisClocks;
    const views = new Map(options.owned.map((partition) => [partition, new PartitionView(partition, board)]));
    this.#views = views;
    const directory = new SkuDirectory<Ticket>({
      board,
      rows,
      announce: (row) => outlet.boardRow(row),
      unknownMs: limits.unknownSkuMs,
    });
    this.#directory = directory;
    this.#mailbox = new Mailbox({ commandsMax: limits.mailboxCommands, waitMsMax: limits.mailboxWaitMs });
    const due = (partition: number, at: number): void => this.#upkeep.due(partition, at);
    const intake = new Intake<Ticket>({ redisClocks, shared, directory, views, outlet, due });
    this.#intake = intake;
    this.#gate = this.#makeGate();
    const retries = new Retries<Ticket>(clock, (submission) => this.#gate.enqueue(submission));
    this.#retries = retries;
    const counters = this.#counters;
    this.#settlement = new Settlement({ intake, outlet, shared, directory, counters, retries, due });
    this.#admissions = new Admissions({
      clock,
      redisClocks,
      views,
      intake,
      freshMs: limits.boardFreshMs,
      go: (submission) => this.#gate.enqueue(submission),
      refuse: (submission, refusal) => this.#refuseByView(submission, refusal),
    });
    this.#upkeep = this.#makeUpkeep();
  }

  /** Resolves when all SKUs are in memory. Commands may be submitted before that. */
  start(): Promise<void> {
    return this.#upkeep.start();
  }

  /** Asks each node of Redis for its time, so that the first commands know it; also resolves when one does not answer. */
  async learnTime(): Promise<void> {
    const { owned, store } = this.#options;
    // One partition of each node.
    const asked = new Map(owned.map((partition) => [store.nodeOf?.(partition) ?? 0, partition]));
    await Promise.all([...asked.values()].map((partition) => this.#learnTimeOf(partition)));
  }

  #learnTimeOf(partition: number): Promise<void> {
    return new Promise((resolve) => {
      this.#gate.enqueueEngineCall({
        partition,
        body: { operation: 'head' },
        settle: (result, times) => {
          this.#settlement.checkStore(result);
          if (result.kind === 'reply') this.#intake.reply(partition, result, times);
          resolve();
        },
      });
    });
  }

  close(): void {
    this.#upkeep.close();
    this.#retries.close();
    this.#watch?.cancel();
  }

  /** Commands waiting or in flight. */
  get open(): number {
    return this.#admissions.waiting + this.#gate.queued + this.#gate.inFlight + this.#retries.size;
  }

  /** Redis time, whole milliseconds. */
  get redisNow(): number {
    return Math.floor(this.#redisClocks.newest);
  }

  stats(): ShardStats {
    this.#counters.replicaShortfalls = this.#options.store.replicaShortfalls ?? 0;
    return this.#counters.snapshot({
      shard: this.#options.index,
      life: this.#options.life,
      waiting: this.open,
      mailboxFill: this.#mailbox.fill(this.open),
      stock: this.#directory.stock(),
    });
  }

  listSkus(filter: SkuFilter): readonly SkuView[] {
    return this.#directory.list(filter);
  }

  /**
   * Takes a command; the outlet is told what became of it exactly once, possibly before this returns. `sentAt`: monotonic
   * milliseconds, not after the gateway looked at the board for it. `isResubmitted`: an earlier life of this shard had it.
   */
  submit(command: Command, ticket: Ticket, sentAt: number, isResubmitted = false): void {
    const { shared, limits, partitions, clock } = this.#options;
    const isStopped = command.kind === 'hold' && shared.hasStop(StopReason.LedgerTooFarBehind);
    const lane = isStopped ? 'read_holds' : LANE_OF[command.kind];
    const submission = new Submission(ticket, command, lane, partitionOfCommand(command, partitions));
    const now = clock.monotonic();
    submission.sentAt = sentAt;
    submission.deadline = sentAt + limits.requestBudgetMs;
    submission.notAfter = this.#notAfter(submission.partition, sentAt, now);
    submission.attempted = isResubmitted;
    const answer = this.#answerUnasked(submission, now);
    if (answer !== undefined) this.#settlement.finish(submission, answer);
    else if (lane === 'hold') this.#hold(submission, now);
    else if (this.#hasRoom(submission)) this.#gate.enqueue(submission);
  }

  /**
   * Redis time after which the command must not happen. While no reply has told the time there is no saying when that is: the
   * scripts then look for what an earlier attempt did, and do nothing.
   */
  #notAfter(partition: number, sentAt: number, now: number): number {
    if (!this.#redisClocks.isKnown(partition)) return 0;
    const happenMs = this.#options.limits.requestBudgetMs * HAPPEN_SHARE;
    return Math.floor(this.#redisClocks.now(partition) + sentAt + happenMs - now);
  }

  /** What can be answered without the store or the actor. */
  #answerUnasked(submission: Submission<Ticket>, now: number): Outcome | undefined {
    const { shared, limits } = this.#options;
    const { command, sku, attempted } = submission;
    if (shared.hasStop(StopReason.StoreRolledBack)) return ofRolledBack(submission);
    if (submission.onlyReplay && command.kind === 'hold' && command.certainlyNew && !attempted)
      return ledgerTooFarBehind();
    // An attempt of the earlier life may still be on its way, and nothing can tell for how long.
    if (attempted && !isRead(command) && !this.#redisClocks.isKnown(submission.partition))
      return outcomeUnknown(submission.holdId);
    // An id of another deployment with the same secret; without this it would end the thread.
    if (!this.#views.has(submission.partition)) return refused(sku === '' ? 'unknown_hold' : 'unknown_sku');
    if (sku === '' || command.kind === 'define') return undefined;
    const actor = this.#directory.get(sku);
    if (actor === undefined) {
      return this.#directory.isUnknown(sku, now) ? refused('unknown_sku') : undefined;
    }
    const isCurrent = this.#views.get(submission.partition)!.isCurrent(now, limits.boardFreshMs);
    if (command.kind !== 'read_sku' || !isCurrent) return undefined;
    return {
      kind: 'sku',
      view: actor.view,
      changed: false,
      now: Math.floor(this.#redisClocks.now(submission.partition)),
    };
  }

  #hold(submission: Submission<Ticket>, now: number): void {
    const actor = this.#directory.get(submission.sku);
    const admission = this.#admissions.decide(submission, actor, now);
    if (typeof admission === 'object') this.#refuseByView(submission, admission);
    else if (!this.#hasRoom(submission)) return;
    else if (admission === 'go') this.#admissions.go(submission, actor);
    else this.#admissions.wait(submission, actor!);
  }

  #refuseByView(submission: Submission<Ticket>, refusal: Outcome): void {
    this.#counters.refusedByView += 1;
    this.#settlement.finish(submission, refusal);
  }

  /** Whether it may wait or be sent; if not, it was answered. Also makes sure that somebody looks whether it is in time. */
  #hasRoom(submission: Submission<Ticket>): boolean {
    this.#watch ??= this.#options.clock.setTimer(WATCH_MS, this.#answerLate);
    // A resubmitted command had its place before the shard died, and may have happened: it must be looked into.
    if (submission.attempted) return true;
    const overload = this.#mailbox.overload(this.open, submission.lane !== 'hold');
    if (overload === undefined) return true;
    if (overload.cause === 'commands') this.#counters.overloadedByCommands += 1;
    else this.#counters.overloadedByWait += 1;
    const { retryAfterSeconds } = overload;
    this.#settlement.finish(submission, refused('overloaded', { retryAfterSeconds }));
    return false;
  }

  /** `atOnce` nodes were at work: together they drain as much faster. */
  #flushed(commands: number, { sentAt, receivedAt }: FlushTimes, atOnce: number): void {
    const milliseconds = receivedAt - sentAt;
    this.#counters.flushed(commands, milliseconds);
    if (commands > 0) this.#mailbox.drained(commands, milliseconds / atOnce);
    this.#admissions.drain();
  }

  /** Answers what is about to run out of time; what is in flight may have happened, what waits has not. */
  readonly #answerLate = (): void => {
    this.#watch = undefined;
    if (this.open === 0) return;
    const limit = this.#options.clock.monotonic() + WATCH_MS;
    const expire = (items: Iterable<Submission<Ticket>>, isInFlight: boolean): void => {
      for (const item of items) if (item.deadline <= limit) this.#settlement.expire(item, isInFlight);
    };
    expire(this.#gate.itemsInFlight(), true);
    expire(this.#gate.itemsQueued(), false);
    expire(this.#retries.items(), false);
    expire(this.#admissions.items(), false);
    this.#admissions.stirAll();
    this.#admissions.drain();
    this.#watch = this.#options.clock.setTimer(WATCH_MS, this.#answerLate);
  };

  #makeGate(): NodeGates<Ticket> {
    const { store, clock, epoch, shared, soon } = this.#options;
    return new NodeGates({
      store,
      clock,
      epoch,
      seqSeen: (partition) => shared.seqSeen(partition),
      soon,
      settle: (batch, result, times) => {
        this.#own.observe(batch.partition, result);
        this.#settlement.settle(batch, result, times);
      },
      flushed: (commands, times, atOnce) => this.#flushed(commands, times, atOnce),
    });
  }

  #makeUpkeep(): Upkeep<Ticket> {
    return new Upkeep({
      shard: this.#options,
      redisClocks: this.#redisClocks,
      views: this.#views,
      intake: this.#intake,
      enqueue: (call) =>
        this.#gate.enqueueEngineCall({
          ...call,
          settle: (result, times) => {
            this.#own.observe(call.partition, result);
            this.#settlement.checkStore(result);
            call.settle(result, times);
          },
        }),
      swept: (latenessMs, expired) => this.#counters.swept(latenessMs, expired),
      changed: () => this.#admissions.drain(),
      own: this.#own,
    });
  }
}

import type { Command } from '../domain/command.js';
import { partitionOfHoldId } from '../domain/hold-id.js';
import { type Outcome, refused } from '../domain/outcome.js';
import { partitionOf } from '../domain/partition.js';
import type { TimerHandle } from '../domain/ports.js';
import { StopReason } from '../domain/shared-state.js';
import type { SkuView } from '../domain/sku.js';
import type { ShardStats } from '../domain/stats.js';
import type { Admission, Conditions, SkuActor } from './actor.js';
import { type FlushTimes, GroupCommit } from './group-commit.js';
import { Intake } from './intake.js';
import { Loader } from './loader.js';
import { Mailbox } from './mailbox.js';
import { PartitionView } from './partition-view.js';
import { RedisClock } from './redis-clock.js';
import { rolledBack } from './resolution.js';
import { Retries } from './retries.js';
import { ledgerTooFarBehind, Settlement } from './settlement.js';
import { ShardCounters } from './shard-counters.js';
import type { ShardOptions } from './shard-options.js';
import { SkuDirectory, type SkuFilter } from './sku-directory.js';
import { type Lane, Submission, skuOf } from './submission.js';
import { Sweeper } from './sweeper.js';
import { Trimmer } from './trimmer.js';
import { ViewFollower } from './view-follower.js';

/** How often commands out of time are looked for, and so how early one is answered at most. */
const WATCH_MS = 50;

const LANE_OF: Readonly<Record<Command['kind'], Lane>> = {
  hold: 'hold',
  confirm: 'confirm',
  release: 'release',
  read_hold: 'read_holds',
  read_sku: 'read_skus',
  define: 'single',
  patch: 'single',
  change_state: 'single',
  adjust: 'single',
};

/**
 * Owner of some partitions: takes commands, lets actors decide which go to Redis, and answers each exactly once, within
 * its budget. Single-threaded and free of threads, sockets and wall clocks; `Ticket` is whatever the caller knows a
 * command by.
 */
export class Shard<Ticket> {
  readonly #options: ShardOptions<Ticket>;
  readonly #counters = new ShardCounters();
  readonly #redisClock: RedisClock;
  readonly #views: ReadonlyMap<number, PartitionView>;
  readonly #directory: SkuDirectory<Ticket>;
  readonly #mailbox: Mailbox;
  readonly #gate: GroupCommit<Ticket>;
  readonly #retries: Retries<Ticket>;
  readonly #intake: Intake<Ticket>;
  readonly #settlement: Settlement<Ticket>;
  readonly #sweeper: Sweeper;
  readonly #trimmer: Trimmer;
  readonly #loader: Loader<Ticket>;
  readonly #follower: ViewFollower<Ticket>;
  /** Actors with submissions in their queue, and how many of these there are. */
  readonly #waitingActors = new Set<SkuActor<Ticket>>();
  #waiting = 0;
  #watch: TimerHandle | undefined;
  #isClosed = false;

  constructor(options: ShardOptions<Ticket>) {
    this.#options = options;
    const { clock, shared, board, outlet, limits, owned, events } = options;
    this.#redisClock = new RedisClock(clock);
    this.#views = new Map(owned.map((partition) => [partition, new PartitionView(partition, board)]));
    this.#directory = new SkuDirectory({
      board,
      rows: options.rows,
      announce: (row) => outlet.boardRow(row),
      unknownMs: limits.unknownSkuMs,
    });
    this.#mailbox = new Mailbox({ commandsMax: limits.mailboxCommands, waitMsMax: limits.mailboxWaitMs });
    const due = (partition: number, at: number): void => this.#sweeper.due(partition, at);
    this.#gate = new GroupCommit({
      store: options.store,
      clock,
      epoch: options.epoch,
      seqSeen: (partition) => shared.seqSeen(partition),
      soon: options.soon,
      settle: (batch, result, times) => this.#settlement.settle(batch, result, times),
      flushed: (commands, times) => this.#flushed(commands, times),
    });
    const { enqueueEngineCall } = this.#gate;
    const enqueue = enqueueEngineCall.bind(this.#gate);
    const redisClock = this.#redisClock;
    const directory = this.#directory;
    this.#retries = new Retries(clock, (submission) => this.#gate.enqueue(submission));
    this.#intake = new Intake({ redisClock, shared, directory, views: this.#views, outlet, due });
    const intake = this.#intake;
    const retries = this.#retries;
    this.#settlement = new Settlement({
      intake,
      outlet,
      shared,
      directory,
      counters: this.#counters,
      retries,
      due,
    });
    this.#sweeper = new Sweeper({
      owned,
      clock,
      redisClock,
      shared,
      retentionMs: limits.idempotencyRetentionMs,
      enqueue,
      reply: (partition, reply, times) => intake.reply(partition, reply, times),
      swept: (latenessMs) => this.#counters.swept(latenessMs),
    });
    this.#trimmer = new Trimmer({ owned, clock, shared, retentionMs: limits.eventRetentionMs, enqueue });
    this.#loader = new Loader({ clock, intake, events, enqueue, keysKnown: options.keysKnown });
    this.#follower = new ViewFollower({
      views: [...this.#views.values()],
      clock,
      shared,
      pollMs: limits.pollMs,
      intake,
      events,
      outlet,
      enqueue,
      due,
      reload: (view) => this.#loader.load(view),
      changed: () => this.#drainStirred(),
    });
  }

  /** Resolves when all SKUs are in memory. Commands may be submitted before that. */
  async start(): Promise<void> {
    this.#trimmer.start();
    await Promise.all([...this.#views.values()].map((view) => this.#loader.load(view)));
    if (!this.#isClosed) this.#follower.start();
  }

  close(): void {
    this.#isClosed = true;
    for (const part of [this.#follower, this.#loader, this.#sweeper, this.#trimmer, this.#retries]) {
      part.close();
    }
    this.#watch?.cancel();
  }

  /** Commands waiting or in flight. */
  get open(): number {
    return this.#waiting + this.#gate.queued + this.#gate.inFlight + this.#retries.size;
  }

  get redisNow(): number {
    return Math.floor(this.#redisClock.now());
  }

  stats(): ShardStats {
    return this.#counters.snapshot(this.#options.index, this.#options.life, this.open);
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
    const sku = skuOf(command);
    const partition =
      sku === '' ? partitionOfHoldId((command as { holdId: string }).holdId) : partitionOf(sku, partitions);
    const isStopped = command.kind === 'hold' && shared.hasStop(StopReason.LedgerTooFarBehind);
    const lane = isStopped ? 'read_holds' : LANE_OF[command.kind];
    const submission = new Submission(ticket, command, lane, partition);
    const now = clock.monotonic();
    submission.sentAt = sentAt;
    submission.deadline = sentAt + limits.requestBudgetMs;
    submission.notAfter = Math.floor(this.#redisClock.now() + submission.deadline - now);
    submission.attempted = isResubmitted;
    const refusal = this.#refuseUnasked(submission, now);
    if (refusal !== undefined) this.#settlement.finish(submission, refusal);
    else if (command.kind === 'hold' && !isStopped) this.#hold(submission, now);
    else this.#send(submission, now);
  }

  /** What can be answered without the store or the actor. */
  #refuseUnasked(submission: Submission<Ticket>, now: number): Outcome | undefined {
    const { shared, limits } = this.#options;
    const { command, sku } = submission;
    if (shared.stops !== 0) {
      if (shared.hasStop(StopReason.StoreRolledBack)) return rolledBack();
      if (submission.onlyReplay && command.kind === 'hold' && command.certainlyNew)
        return ledgerTooFarBehind();
    }
    if (command.kind === 'read_sku') {
      const actor = this.#directory.get(sku);
      const view = this.#views.get(submission.partition)!;
      if (actor !== undefined && view.isCurrent(now, limits.boardFreshMs)) {
        return { kind: 'sku', view: actor.view, changed: false, now: this.redisNow };
      }
    }
    const isAboutKnown = command.kind === 'define' || sku === '' || this.#directory.get(sku) !== undefined;
    return !isAboutKnown && this.#directory.isUnknown(sku, now) ? refused('unknown_sku') : undefined;
  }

  #hold(submission: Submission<Ticket>, now: number): void {
    const actor = this.#directory.get(submission.sku);
    const admission: Admission =
      actor === undefined ? 'go' : actor.admit(submission, this.#conditions(submission, now));
    if (typeof admission === 'object') this.#refuseByView(submission, admission);
    else if (!this.#hasRoom(submission, now)) return;
    else if (admission === 'go') this.#go(submission, actor);
    else {
      actor!.wait(submission);
      this.#waiting += 1;
      this.#waitingActors.add(actor!);
    }
  }

  #go(submission: Submission<Ticket>, actor: SkuActor<Ticket> | undefined): void {
    actor?.reserve(submission);
    this.#gate.enqueue(submission);
  }

  #send(submission: Submission<Ticket>, now: number): void {
    if (this.#hasRoom(submission, now)) this.#gate.enqueue(submission);
  }

  #conditions({ partition, command, sentAt }: Submission<Ticket>, now: number): Conditions {
    const view = this.#views.get(partition)!;
    const certain =
      command.kind === 'hold' &&
      command.certainlyNew &&
      view.isCurrent(now, this.#options.limits.boardFreshMs) &&
      view.knewAllKeys(sentAt);
    return { certain, now: this.#redisClock.now() };
  }

  #refuseByView(submission: Submission<Ticket>, refusal: Outcome): void {
    this.#counters.refusedByView += 1;
    this.#settlement.finish(submission, refusal);
  }

  /** Also makes sure that somebody looks whether it is answered in time. */
  #hasRoom(submission: Submission<Ticket>, now: number): boolean {
    const backlog = { commands: this.open, flushingMs: this.#gate.flushingMs(now) };
    // A resubmitted command had its place before the shard died, and may have happened: it must be looked into.
    const overload = submission.attempted
      ? undefined
      : this.#mailbox.overload(backlog, submission.lane !== 'hold');
    this.#watch ??= this.#options.clock.setTimer(WATCH_MS, this.#answerLate);
    if (overload === undefined) return true;
    if (overload.cause === 'commands') this.#counters.overloadedByCommands += 1;
    else this.#counters.overloadedByWait += 1;
    this.#settlement.finish(
      submission,
      refused('overloaded', { retryAfterSeconds: overload.retryAfterSeconds }),
    );
    return false;
  }

  #flushed(commands: number, { sentAt, receivedAt }: FlushTimes): void {
    const milliseconds = receivedAt - sentAt;
    this.#counters.flushed(commands, milliseconds);
    if (commands > 0) this.#mailbox.drained(commands, milliseconds);
    this.#drainStirred();
  }

  #drainStirred(): void {
    const stirred = this.#intake.takeStirred();
    if (stirred.length === 0) return;
    const now = this.#options.clock.monotonic();
    for (const actor of stirred) {
      const before = actor.waiting;
      actor.drain(
        (submission) => this.#conditions(submission, now),
        (submission, admission) => {
          if (admission === 'go') this.#go(submission, actor);
          else this.#refuseByView(submission, admission);
        },
      );
      this.#waiting -= before - actor.waiting;
      if (actor.waiting === 0) this.#waitingActors.delete(actor);
    }
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
    for (const actor of this.#waitingActors) {
      expire(actor.queue(), false);
      this.#intake.stir(actor);
    }
    this.#drainStirred();
    this.#watch = this.#options.clock.setTimer(WATCH_MS, this.#answerLate);
  };
}

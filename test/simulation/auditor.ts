import type { StockChange, StockEvent } from '../../src/domain/event.js';
import type { SkuState } from '../../src/domain/sku.js';
import type { StockCall, StockCallResult } from '../../src/domain/stock-call.js';
import { AnswerAuditor } from './answer-auditor.js';
import { type AuditedHold, AuditedPartition, type SeenEvent } from './audited-partition.js';
import { isCertainRefusal, type Request, requestIdOf } from './request.js';
import type { RedisObserver } from './simulated-redis.js';
import { Timeline } from './timeline.js';

/** A broken promise. */
export interface Violation {
  readonly at: number;
  readonly rule: string;
  readonly what: string;
}

export interface SkuMoment {
  readonly available: number;
  readonly state: SkuState;
  readonly buyerLimit: number;
}

/** What the auditor is told of an engine. */
export interface AuditedEngine {
  readonly name: string;
  readonly lives: number;
  readonly shardLives: number;
  readonly made: readonly number[];
  readonly isServing: boolean;
  readonly isRolledBack: boolean;
}

/** A store that went back behind something that counted. */
export interface Loss {
  readonly at: number;
  readonly partition: number;
  readonly seq: number;
  /** Engines that had made more and been told so, by name and lives: while they live, they must say so. */
  readonly witnesses: readonly string[];
  /** The ledger had more: whoever compares must say so. */
  readonly isInLedger: boolean;
  /** The life of the store that lost it. */
  readonly epoch: number;
  readonly acknowledged: number;
}

interface Acknowledged {
  readonly partition: number;
  readonly seq: number;
  readonly request: string;
}

export interface AuditorOptions {
  readonly partitions: number;
  readonly now: () => number;
  readonly requestOf: (id: string) => Request | undefined;
  readonly engines: () => readonly AuditedEngine[];
  /** Position of a partition in the ledger. */
  readonly ledgerSeq: (partition: number) => number;
  readonly storeEpoch: (partition: number) => number;
  /** How old a view may be that a refusal relies on, milliseconds. */
  readonly freshMs: number;
  readonly budgetMs: number;
  /** Told of every broken rule as it breaks. */
  readonly told: (rule: string, what: string) => void;
  readonly trace: (what: string) => void;
}

const KEPT = 20;

/**
 * Watches one simulation from outside: every event as it is made, every answer as it is given. It knows nothing of the engine
 * but its contract, and counts with its own arithmetic.
 */
export class Auditor implements RedisObserver {
  readonly violations: Violation[] = [];
  readonly partitions: AuditedPartition[];
  /** Every event of the store as it now is, trimmed or not. */
  readonly events: SeenEvent[][];
  readonly skuTimes = new Map<string, Timeline<SkuMoment>>();
  readonly buyerTimes = new Map<string, Timeline<number>>();
  readonly losses: Loss[] = [];
  readonly answers: AnswerAuditor;
  /** Milliseconds by which a request may be late because its engine was stopped. */
  stoppedMs = 0;
  /** Redis' clock was stepped: what it says is too late cannot be told from outside. */
  redisClockStepped = false;
  readonly #options: AuditorOptions;
  #acknowledged: Acknowledged[] = [];
  /** The store was emptied, perhaps before anything was in it. */
  #isGone = false;

  constructor(options: AuditorOptions) {
    this.#options = options;
    this.partitions = Array.from(
      { length: options.partitions },
      () => new AuditedPartition(options.requestOf),
    );
    this.events = this.partitions.map(() => []);
    this.answers = new AnswerAuditor(this, options);
  }

  broken(rule: string, what: string): void {
    this.#options.told(rule, what);
    if (this.violations.length < KEPT) this.violations.push({ at: this.#options.now(), rule, what });
  }

  executed(call: StockCall, result: StockCallResult, engine: string, made: StockEvent | undefined): void {
    const partition = this.partitions[call.partition]!;
    if (made !== undefined) {
      const seen = { event: made, at: this.#options.now() };
      this.events[call.partition]!.push(seen);
      this.#options.trace(textOf(made, engine));
      const found = partition.apply(seen, (sku, change) => this.#keepTimes(partition, sku, change));
      for (const { rule, what } of found) this.broken(rule, `partition ${call.partition} ${what}`);
      if (call.epoch !== this.#options.storeEpoch(call.partition))
        this.broken('only engines of the epoch change the store', `${engine} ${call.operation}`);
      this.#causes(made);
    }
    const claimed =
      call.operation === 'trim' ? call.committedSeq : call.operation === 'expire' ? call.ledgerSeq : 0;
    const isOfEpoch = call.epoch === this.#options.storeEpoch(call.partition);
    if (isOfEpoch && claimed > this.#options.ledgerSeq(call.partition))
      this.broken(
        'an engine says of the ledger what it has',
        `${engine} says ${claimed} of partition ${call.partition}`,
      );
    if (call.operation === 'trim' && result.kind === 'reply') {
      const kept = result.oldestSeq === 0 ? result.seq + 1 : result.oldestSeq;
      if (kept - 1 > this.#options.ledgerSeq(call.partition))
        this.broken(
          'nothing is trimmed before the ledger has it',
          `partition ${call.partition} from ${kept}`,
        );
    }
  }

  wentBack(seqs: readonly number[], lostAnswered: boolean): void {
    const { engines, ledgerSeq, now } = this.#options;
    this.#isGone ||= lostAnswered && seqs.every((seq) => seq === 0);
    for (const [partition, seq] of seqs.entries()) {
      const before = this.partitions[partition]!.seq;
      if (before === seq) continue;
      const lost = this.#acknowledged.filter((each) => each.partition === partition && each.seq > seq);
      if (lost.length > 0 && !lostAnswered)
        this.broken(
          'acknowledged means on disk',
          `${lost.map(({ request }) => request)} in partition ${partition}`,
        );
      const witnesses = engines()
        .filter(({ made }) => (made[partition] ?? 0) > seq)
        .map(({ name, lives, shardLives }) => `${name} ${lives} ${shardLives}`);
      const isInLedger = ledgerSeq(partition) > seq;
      const epoch = this.events[partition]!.at(-1)?.event.epoch ?? 0;
      this.losses.push({
        ...{ at: now(), partition, seq, epoch, witnesses, isInLedger },
        acknowledged: lost.length,
      });
      this.#rebuild(partition, seq);
    }
    this.#acknowledged = this.#acknowledged.filter(({ partition, seq }) => seq <= seqs[partition]!);
  }

  /** An answer said that what `request` asked for is so, as of the event `seq`. */
  acknowledge(request: Request, partition: number, seq: number): void {
    this.#acknowledged.push({ partition, seq, request: request.id });
  }

  /** Whether some partition lost something that somebody still alive, or the ledger, knows of. */
  get hasLoss(): boolean {
    return this.losses.length > 0 || this.#isGone;
  }

  /** Holds still held although their deadline, in Redis time, was before `limit`. */
  overdue(limit: number): readonly AuditedHold[] {
    return this.partitions.flatMap(({ holds }) =>
      [...holds.values()].filter(({ state, expiresAt }) => state === 'held' && expiresAt < limit),
    );
  }

  #causes({ changes, seq }: StockEvent): void {
    const { requestOf, now, budgetMs } = this.#options;
    for (const { actor, kind } of changes) {
      const request = requestOf(requestIdOf(actor));
      if (request === undefined) continue;
      if (isCertainRefusal(request.outcome))
        this.broken('what was refused for certain does not happen', `${request.id} ${kind} at seq ${seq}`);
      const { outcome } = request;
      if ((outcome?.kind === 'sku' || outcome?.kind === 'hold') && !this.redisClockStepped)
        this.broken('what was answered does not happen again', `${request.id} ${kind} at seq ${seq}`);
      const lateMs = now() - request.askedAt - budgetMs - this.stoppedMs;
      if (lateMs > 0 && !this.redisClockStepped)
        this.broken('nothing happens after its time', `${request.id} ${kind} ${Math.round(lateMs)} ms late`);
    }
  }

  #keepTimes(audited: AuditedPartition, sku: string, change: StockChange): void {
    const at = this.#options.now();
    this.#keepSku(audited, sku, at);
    if (!('buyerId' in change)) return;
    const key = `${sku}|${change.buyerId}`;
    timelineIn(this.buyerTimes, key).set(at, audited.buyers.get(key) ?? 0);
  }

  #keepSku(audited: AuditedPartition, name: string, at: number): void {
    const sku = audited.skus.get(name);
    if (sku === undefined) return;
    const { available, state, buyerLimit } = sku;
    timelineIn(this.skuTimes, name).set(at, { available, state, buyerLimit });
  }

  /** As if nothing after `seq` had ever been. */
  #rebuild(partition: number, seq: number): void {
    const audited = new AuditedPartition(this.#options.requestOf);
    const kept = this.events[partition]!.filter(({ event }) => event.seq <= seq);
    for (const seen of kept) audited.apply(seen);
    this.events[partition] = kept;
    this.partitions[partition] = audited;
    const at = this.#options.now();
    for (const name of audited.skus.keys()) this.#keepSku(audited, name, at);
    for (const [key, units] of audited.buyers) timelineIn(this.buyerTimes, key).set(at, units);
  }
}

function textOf({ partition, seq, changes, skus }: StockEvent, engine: string): string {
  const parts = changes.map(({ kind, actor, skuIndex }) => `${kind} ${skus[skuIndex]!.sku} (${actor})`);
  const after = skus.map((sku) => `${sku.sku} ${sku.state} ${sku.available}`);
  return `p${partition} seq ${seq} by ${engine}: ${parts.join(', ')} → ${after.join(', ')}`;
}

function timelineIn<Value>(timelines: Map<string, Timeline<Value>>, key: string): Timeline<Value> {
  let timeline = timelines.get(key);
  if (timeline === undefined) {
    timeline = new Timeline();
    timelines.set(key, timeline);
  }
  return timeline;
}

import { buyerName, Journal, Outcome, paymentRef } from '../../../loadtest/consistency/journal.js';
import { type Answer, Connection, type Failure, type Target } from './connection.js';
import { type Counters, now, type Timeline } from './counts.js';

/** What is bought, and how. */
export interface ShopperOptions {
  readonly targets: readonly Target[];
  readonly connections: number;
  /** Makes this load's keys its own; `Idempotency-Key` is this and a number. */
  readonly keyPrefix: string;
  readonly skus: readonly { readonly sku: string; readonly weight: number; readonly buyers: number }[];
  /** After so many keys no new holds are asked for. */
  readonly recordsMax: number;
  /** Above what an engine may take, so that its own answer comes first. */
  readonly timeoutMs: number;
}

type Job =
  | { readonly kind: 'hold'; readonly index: number; readonly isAgain: boolean }
  | { readonly kind: 'replay'; readonly index: number; readonly expects: string }
  | { readonly kind: 'confirm' | 'release'; readonly index: number; readonly isAgain: boolean };

const CONFIRM_SHARE = 0.08;
const RELEASE_SHARE = 0.05;
const REPLAY_SHARE = 0.05;
const AGAIN_SHARE = 0.5;
const AGAIN_AFTER_MS = 50;
/** What a client does that reads `Retry-After`, hurried so that recovery is seen to the hundredth of a second. */
const REST_MS = 10;
const TICK_MS = 5;
const OPEN_HOLDS_MAX = 8192;
const VIOLATIONS_MAX = 100;
/** Refusals that say what the sale is like; everything else that is not success is 503 or a violation. */
const TRUTHS = new Map([
  ['sold_out', 'soldOut'],
  ['buyer_limit', 'buyerLimit'],
] as const);
const NOT_NOW = new Map([
  ['unavailable', 'unavailable'],
  ['overloaded', 'overloaded'],
  ['store_rolled_back', 'rolledBack'],
  ['outcome_unknown', 'outcomeUnknown'],
] as const);

/** The buyers: holds on all connections as fast as they are answered, and what follows from them. */
export class Shopper {
  readonly journal: Journal;
  readonly violations: string[] = [];
  readonly #options: ShopperOptions;
  readonly #counters: Counters;
  readonly #timeline: Timeline;
  readonly #connections: Connection[] = [];
  readonly #cumulative: number[] = [];
  readonly #open: number[] = [];
  readonly #again: { readonly job: Job; readonly due: number }[] = [];
  readonly #ticker: NodeJS.Timeout;
  #againFrom = 0;
  #inFlight = 0;
  #selling = true;

  constructor(options: ShopperOptions, counters: Counters, timeline: Timeline) {
    this.#options = options;
    this.#counters = counters;
    this.#timeline = timeline;
    this.journal = new Journal(options.keyPrefix);
    let sum = 0;
    for (const { weight } of options.skus) {
      sum += weight;
      this.#cumulative.push(sum);
    }
    timeline.begin(now());
    for (let number = 0; number < options.connections; number += 1) this.#connect(number);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Asks for nothing new; goes on asking for what it could not learn, `resolveMs` at most. Answers how much is left. */
  async stop(resolveMs: number): Promise<number> {
    this.#selling = false;
    const end = now() + resolveMs;
    while (this.#inFlight + this.#waiting > 0 && now() < end) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    clearInterval(this.#ticker);
    for (const connection of this.#connections) connection.close();
    return this.#inFlight + this.#waiting;
  }

  get #waiting(): number {
    return this.#again.length - this.#againFrom;
  }

  #connect(number: number): void {
    let job: Job | undefined;
    let sentAt = 0;
    let restUntil = 0;
    const done = (): Job => {
      const finished = job!;
      job = undefined;
      this.#inFlight -= 1;
      return finished;
    };
    const { targets, timeoutMs } = this.#options;
    const connection = new Connection(targets, number, timeoutMs, {
      next: () => {
        sentAt = now();
        if (restUntil > sentAt) return undefined;
        job = this.#nextJob(sentAt);
        if (job === undefined) return undefined;
        this.#inFlight += 1;
        return this.#bytesOf(job);
      },
      answered: (answer) => {
        if (answer.status === 503) restUntil = now() + REST_MS;
        this.#settle(done(), answer, sentAt);
      },
      failed: (failure) => this.#lost(done(), failure),
    });
    this.#connections.push(connection);
  }

  #tick(): void {
    const moment = performance.now();
    for (const connection of this.#connections) {
      connection.look(moment);
      connection.wake();
    }
    this.#counters.set('toResolve', this.#waiting);
    this.#counters.set('inFlight', this.#inFlight);
  }

  #nextJob(moment: number): Job | undefined {
    const oldest = this.#again[this.#againFrom];
    const isDue = oldest !== undefined && oldest.due <= moment;
    if (isDue && (!this.#selling || Math.random() < AGAIN_SHARE)) return this.#takeAgain();
    if (!this.#selling) return undefined;
    const dice = Math.random();
    if (this.#open.length > 64) {
      if (dice < CONFIRM_SHARE) return this.#end('confirm');
      if (dice < CONFIRM_SHARE + RELEASE_SHARE) return this.#end('release');
      if (dice < CONFIRM_SHARE + RELEASE_SHARE + REPLAY_SHARE) return this.#replay();
    }
    if (this.journal.length >= this.#options.recordsMax) return undefined;
    const sku = this.#pickSku();
    const buyer = Math.floor(Math.random() * this.#options.skus[sku]!.buyers);
    const quantity = Math.random() < 0.8 ? 1 : 2;
    return { kind: 'hold', index: this.journal.add(sku, buyer, quantity), isAgain: false };
  }

  #takeAgain(): Job {
    const { job } = this.#again[this.#againFrom]!;
    this.#againFrom += 1;
    if (this.#againFrom > 4096 && this.#againFrom * 2 > this.#again.length) {
      this.#again.splice(0, this.#againFrom);
      this.#againFrom = 0;
    }
    return job;
  }

  #end(kind: 'confirm' | 'release'): Job {
    const place = Math.floor(Math.random() * this.#open.length);
    const index = this.#open[place]!;
    const last = this.#open.pop()!;
    if (place < this.#open.length) this.#open[place] = last;
    return { kind, index, isAgain: false };
  }

  /** A storefront that repeats what was answered: the same hold, in the state it is known to have. */
  #replay(): Job {
    const { journal } = this;
    let index = Math.floor(Math.random() * journal.length);
    if (journal.outcome(index) !== Outcome.acknowledged) {
      index = this.#open[Math.floor(Math.random() * this.#open.length)]!;
    }
    const expects =
      journal.confirm(index) === Outcome.acknowledged
        ? 'confirmed'
        : journal.release(index) === Outcome.acknowledged
          ? 'released'
          : '';
    return { kind: 'replay', index, expects };
  }

  #pickSku(): number {
    const dice = Math.random() * this.#cumulative[this.#cumulative.length - 1]!;
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (dice < this.#cumulative[middle]!) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #bytesOf(job: Job): string {
    const { journal } = this;
    if (job.kind === 'hold' || job.kind === 'replay') {
      const { sku } = this.#options.skus[journal.sku(job.index)]!;
      const buyer = buyerName(journal.buyer(job.index));
      const body = `{"sku":"${sku}","buyerId":"${buyer}","quantity":${journal.quantity(job.index)}}`;
      return `POST /v1/holds HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nIdempotency-Key: ${journal.key(job.index)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    }
    const path = `/v1/holds/${journal.holdId(job.index)}`;
    if (job.kind === 'release') return `DELETE ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
    const body = `{"paymentRef":"${paymentRef(job.index)}"}`;
    return `POST ${path}/confirm HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }

  #settle(job: Job, answer: Answer, sentAt: number): void {
    const { status } = answer;
    if (status === 200 || status === 201) {
      this.#counters.add('ok');
      this.#succeeded(job, answer, sentAt);
      return;
    }
    const code = memberOf(answer.body, 'code');
    const notNow = NOT_NOW.get(code as 'unavailable');
    if (status === 503 && notNow !== undefined) {
      this.#counters.add(notNow);
      this.#counters.add(code === 'outcome_unknown' ? 'unknown' : 'refused');
      if (code === 'outcome_unknown' || (job.kind !== 'replay' && job.isAgain)) this.#askAgain(job);
      else if (job.kind === 'hold') this.journal.setOutcome(job.index, Outcome.refused);
      else if (job.kind !== 'replay') this.#open.push(job.index);
      return;
    }
    this.#counters.add('refused');
    this.#refused(job, status, code);
  }

  #succeeded(job: Job, { status, body }: Answer, sentAt: number): void {
    const { journal } = this;
    const holdId = memberOf(body, 'holdId');
    switch (job.kind) {
      case 'hold':
        // 200 says that it was there before: so it is told when a part of the engine died and could not know who made it.
        journal.setOutcome(job.index, Outcome.acknowledged);
        journal.setHoldId(job.index, holdId);
        journal.setAnsweredAt(job.index, now());
        if (status === 201) {
          this.#counters.add('accepted');
          this.#timeline.accepted(sentAt, now());
        }
        if (this.#open.length < OPEN_HOLDS_MAX) this.#open.push(job.index);
        return;
      case 'replay': {
        this.#counters.add('replayed');
        const state = memberOf(body, 'state');
        if (holdId !== journal.holdId(job.index) || status !== 200)
          this.#violation(
            `${journal.key(job.index)}: a replay was answered ${status} with another hold ${holdId}`,
          );
        else if (job.expects !== '' && state !== job.expects)
          this.#violation(`${holdId} was ${job.expects} and is now ${state}`);
        return;
      }
      case 'confirm':
        this.#counters.add('confirmed');
        journal.setConfirm(job.index, Outcome.acknowledged);
        return;
      case 'release':
        this.#counters.add('released');
        journal.setRelease(job.index, Outcome.acknowledged);
    }
  }

  #refused(job: Job, status: number, code: string): void {
    const { journal } = this;
    const truth = TRUTHS.get(code as 'sold_out');
    switch (job.kind) {
      case 'hold':
        if (truth === undefined) this.#violation(`${journal.key(job.index)}: answered ${status} ${code}`);
        else this.#counters.add(truth);
        journal.setOutcome(job.index, Outcome.refused);
        return;
      case 'replay':
        this.#violation(`${journal.holdId(job.index)}: a replay was refused with ${status} ${code}`);
        return;
      case 'confirm':
        journal.setConfirm(job.index, Outcome.refused);
        if (code !== 'hold_expired')
          this.#violation(`${journal.holdId(job.index)}: confirm was refused with ${status} ${code}`);
        return;
      case 'release':
        journal.setRelease(job.index, Outcome.refused);
        if (code !== 'hold_expired')
          this.#violation(`${journal.holdId(job.index)}: release was refused with ${status} ${code}`);
    }
  }

  #lost(job: Job, failure: Failure): void {
    this.#counters.add(failure === 'timed_out' ? 'timedOut' : 'cutOff');
    this.#counters.add('unknown');
    this.#askAgain(job);
  }

  /** Nobody may give up here: the buyer has paid, or waits. The same request again, with the same key. */
  #askAgain(job: Job): void {
    const { journal } = this;
    if (job.kind === 'replay') return;
    if (job.kind === 'hold') journal.setOutcome(job.index, Outcome.unknown);
    else if (job.kind === 'confirm') journal.setConfirm(job.index, Outcome.unknown);
    else journal.setRelease(job.index, Outcome.unknown);
    this.#again.push({ job: { ...job, isAgain: true }, due: now() + AGAIN_AFTER_MS });
  }

  #violation(sentence: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(sentence);
  }
}

/** A text member of a flat JSON object, without parsing it all. */
function memberOf(body: string, name: string): string {
  const mark = `"${name}":"`;
  const at = body.indexOf(mark);
  if (at < 0) return '';
  const from = at + mark.length;
  return body.slice(from, body.indexOf('"', from));
}

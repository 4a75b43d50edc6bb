import { buyerName, Journal, Outcome, paymentRef } from '../consistency/journal.js';
import type { SoldSku } from '../consistency/records.js';
import type { Answer } from '../generator/connection.js';
import type { Judgement, Work } from '../generator/work.js';
import { Books, type Job } from './books.js';
import type { Requests } from './requests.js';
import { WeightedChoice } from './weights.js';

/** Who comes, and what they do. Plain data: it goes to the load's thread. */
export interface BuyersOptions {
  /** Makes this load's keys its own; `Idempotency-Key` is this and a number. */
  readonly keyPrefix: string;
  readonly skus: readonly SoldSku[];
  /** Shares of accepted holds that are paid for, and given back; the rest is left alone. */
  readonly confirmShare: number;
  readonly releaseShare: number;
  /** Between the hold and what follows from it. */
  readonly thinkMs: number;
  /** Share of requests that repeat an earlier one, half of them while that may still be on its way. */
  readonly repeatShare: number;
  /** Share of holds that ask for two units instead of one. */
  readonly pairShare: number;
  /** After so many keys nobody new comes. */
  readonly recordsMax: number;
}

/** Buyers as a load: new holds, repeats, and what follows from them, written down in a journal. */
export class Buyers implements Work<Job> {
  readonly books: Books;
  readonly #options: BuyersOptions;
  readonly #requests: Requests;
  readonly #random: () => number;
  #choice: WeightedChoice;
  #next: { readonly job: Job; readonly after: number } | undefined;

  /** `random`: uniform in [0, 1). */
  constructor(options: BuyersOptions, requests: Requests, random: () => number) {
    this.books = new Books(new Journal(options.keyPrefix));
    this.#options = options;
    this.#requests = requests;
    this.#random = random;
    this.#choice = new WeightedChoice(options.skus.map(({ weight }) => weight));
  }

  /** From now on they want these SKUs so much, in the order of the options. */
  aim(weights: readonly number[]): void {
    this.#choice = new WeightedChoice(weights);
  }

  next(): Job | undefined {
    const { repeatShare, recordsMax, skus, pairShare } = this.#options;
    const { journal } = this.books;
    if (repeatShare > 0 && journal.length > 0 && this.#random() < repeatShare) return this.#repeat(journal);
    if (journal.length >= recordsMax) return undefined;
    const sku = this.#choice.pick(this.#random());
    const buyer = Math.floor(this.#random() * skus[sku]!.buyers);
    const quantity = pairShare > 0 && this.#random() < pairShare ? 2 : 1;
    return { kind: 'hold', index: journal.add(sku, buyer, quantity), isKnown: false };
  }

  #repeat(journal: Journal): Job {
    const isNewest = this.#random() < 0.5;
    const index = isNewest ? journal.length - 1 : Math.floor(this.#random() * journal.length);
    return { kind: 'hold', index, isKnown: journal.outcome(index) === Outcome.acknowledged };
  }

  /** A hold, for a client that puts requests together by itself. */
  parts(job: Job): { readonly body: string; readonly headers: Record<string, string> } {
    const { journal } = this.books;
    const body = holdBody(job.index, journal, this.#options.skus);
    return { body, headers: this.#requests.headers('POST', '/v1/holds', body, journal.key(job.index)) };
  }

  text(job: Job): string {
    return jobText(job, this.books.journal, this.#options.skus, this.#requests);
  }

  answered(job: Job, answer: Answer): Judgement {
    const judgement = this.books.answered(job, answer);
    if (job.kind === 'hold' && answer.status === 201) this.#decide(job.index);
    return judgement;
  }

  failed(job: Job): void {
    this.books.lost(job);
  }

  followUp(): { readonly job: Job; readonly after: number } | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  #decide(index: number): void {
    const { confirmShare, releaseShare, thinkMs } = this.#options;
    const dice = this.#random();
    if (dice >= confirmShare + releaseShare) return;
    const kind = dice < confirmShare ? 'confirm' : 'release';
    this.#next = { job: { kind, index, isKnown: true }, after: thinkMs * 1000 };
  }
}

export function jobText(
  { kind, index }: Job,
  journal: Journal,
  skus: readonly SoldSku[],
  requests: Requests,
): string {
  if (kind === 'hold') {
    return requests.text('POST', '/v1/holds', holdBody(index, journal, skus), journal.key(index));
  }
  const path = `/v1/holds/${journal.holdId(index)}`;
  if (kind === 'release') return requests.text('DELETE', path);
  return requests.text('POST', `${path}/confirm`, `{"paymentRef":"${paymentRef(index)}"}`);
}

function holdBody(index: number, journal: Journal, skus: readonly SoldSku[]): string {
  const { sku } = skus[journal.sku(index)]!;
  const buyer = buyerName(journal.buyer(index));
  return `{"sku":"${sku}","buyerId":"${buyer}","quantity":${journal.quantity(index)}}`;
}

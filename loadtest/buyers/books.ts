import { type Journal, Outcome, type OutcomeCode } from '../consistency/journal.js';
import type { Answer } from '../generator/connection.js';
import type { Judgement } from '../generator/work.js';
import { memberOf } from './requests.js';

/** A request of one buyer. `index`: its record in the journal. */
export interface Job {
  readonly kind: 'hold' | 'confirm' | 'release';
  readonly index: number;
  /** The hold was acknowledged before this was sent: then no answer may deny it. */
  readonly isKnown: boolean;
}

/** Refusals that say what the sale is like. */
const TRUTHS = new Set(['sold_out', 'buyer_limit', 'not_open', 'paused', 'closed']);
/** Not now, and nothing happened. */
const NOTHING_HAPPENED = new Set(['unavailable', 'overloaded', 'store_rolled_back', 'rate_limited']);
const VIOLATIONS_MAX = 100;

/** Writes down what each answer means: what must be in the stores in the end, and what no engine may say. */
export class Books {
  readonly journal: Journal;
  readonly violations: string[] = [];

  constructor(journal: Journal) {
    this.journal = journal;
  }

  answered(job: Job, answer: Answer): Judgement {
    const { status, body } = answer;
    if (status === 200 || status === 201) return this.#succeeded(job, status, body);
    const code = memberOf(body, 'code') || `status ${status}`;
    if (code === 'outcome_unknown') {
      this.#unknown(job);
      return { kind: 'failed', code };
    }
    if (NOTHING_HAPPENED.has(code)) {
      if (job.kind === 'hold' && this.journal.outcome(job.index) === Outcome.none)
        this.journal.setOutcome(job.index, Outcome.refused);
      return { kind: 'failed', code };
    }
    return this.#refused(job, status, code);
  }

  /** No answer: nobody knows what happened. */
  lost(job: Job): void {
    this.#unknown(job);
  }

  /** Everything that has to be asked again. */
  unknowns(): Job[] {
    const { journal } = this;
    const jobs: Job[] = [];
    for (let index = 0; index < journal.length; index += 1) {
      if (journal.outcome(index) === Outcome.unknown) jobs.push({ kind: 'hold', index, isKnown: false });
      if (journal.confirm(index) === Outcome.unknown) jobs.push({ kind: 'confirm', index, isKnown: true });
      if (journal.release(index) === Outcome.unknown) jobs.push({ kind: 'release', index, isKnown: true });
    }
    return jobs;
  }

  /** Asked again until it was said: now the answer stands, whatever it is. */
  settle(job: Job, answer: Answer): Judgement {
    if (job.kind === 'hold' && answer.status === 409) this.#set(job, Outcome.refused);
    return this.answered(job, answer);
  }

  #outcome({ kind, index }: Job): OutcomeCode {
    const { journal } = this;
    if (kind === 'hold') return journal.outcome(index);
    return kind === 'confirm' ? journal.confirm(index) : journal.release(index);
  }

  #set({ kind, index }: Job, outcome: OutcomeCode): void {
    if (kind === 'hold') this.journal.setOutcome(index, outcome);
    else if (kind === 'confirm') this.journal.setConfirm(index, outcome);
    else this.journal.setRelease(index, outcome);
  }

  #unknown(job: Job): void {
    if (this.#outcome(job) !== Outcome.acknowledged) this.#set(job, Outcome.unknown);
  }

  #succeeded(job: Job, status: number, body: string): Judgement {
    const { journal } = this;
    const kind = status === 201 ? 'accepted' : 'replayed';
    if (job.kind !== 'hold') {
      this.#set(job, Outcome.acknowledged);
      return { kind: 'accepted', code: '' };
    }
    const holdId = memberOf(body, 'holdId');
    if (journal.outcome(job.index) === Outcome.acknowledged) {
      if (holdId !== journal.holdId(job.index))
        this.#violation(
          `${journal.key(job.index)}: one key, two holds: ${journal.holdId(job.index)}, ${holdId}`,
        );
      else if (status === 201 && job.isKnown) this.#violation(`${holdId}: a repeat was answered as new`);
      return { kind, code: '' };
    }
    journal.setOutcome(job.index, Outcome.acknowledged);
    journal.setHoldId(job.index, holdId);
    return { kind, code: '' };
  }

  #refused(job: Job, status: number, code: string): Judgement {
    const { journal } = this;
    if (job.kind !== 'hold') {
      this.#set(job, Outcome.refused);
      if (code === 'hold_expired') return { kind: 'refused', code };
      this.#violation(`${journal.holdId(job.index)}: ${job.kind} was refused with ${status} ${code}`);
      return { kind: 'failed', code };
    }
    const isTruth = TRUTHS.has(code);
    if (!isTruth) this.#violation(`${journal.key(job.index)}: answered ${status} ${code}`);
    else if (job.isKnown) this.#violation(`${journal.holdId(job.index)}: a repeat was refused with ${code}`);
    // Of two requests with one key the other may be accepted, or unknown: that is the news.
    if (journal.outcome(job.index) === Outcome.none) journal.setOutcome(job.index, Outcome.refused);
    return { kind: isTruth ? 'refused' : 'failed', code };
  }

  #violation(sentence: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(sentence);
  }
}

import type { Answer } from './connection.js';
import type { AnswerKind, Failure } from './phase.js';
import type { Arrivals, Slope } from './schedule.js';

/** When requests are due. `closed`: each connection sends its next when the last was answered; says what is possible, never a latency. */
export type Pace =
  | { readonly kind: 'open'; readonly slopes: readonly Slope[]; readonly arrivals: Arrivals }
  | { readonly kind: 'closed'; readonly connections: number; readonly seconds: number };

export interface Phase {
  readonly name: string;
  readonly pace: Pace;
}

/** How an answer is counted. */
export interface Judgement {
  readonly kind: AnswerKind;
  /** The stable word of a refusal or an error. */
  readonly code: string;
}

/** What is asked, and what the answers mean. */
export interface Work<Job> {
  /** The next request of the schedule; undefined ends the phase early, because there is nothing more to ask. */
  next(): Job | undefined;
  /** The whole request, ASCII. */
  text(job: Job): string;
  answered(job: Job, answer: Answer): Judgement;
  failed(job: Job, failure: Failure): void;
  /** What a buyer does next, and how many microseconds after; asked after each answer. */
  followUp?(): { readonly job: Job; readonly after: number } | undefined;
}

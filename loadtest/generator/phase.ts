import { Latencies, type LatencySummary, type PercentilePoint } from './latencies.js';

/** What an answer says to a buyer. `failed`: an error, or an answer the contract does not foresee. */
export type AnswerKind = 'accepted' | 'replayed' | 'refused' | 'failed';

/** How a request ended that got no answer. */
export type Failure = 'timed_out' | 'cut_off';

/** One second of a phase, by when the answers came. */
export interface Sample {
  /** Seconds since the phase began, at the end of the sample. */
  readonly at: number;
  readonly seconds: number;
  readonly due: number;
  readonly sent: number;
  readonly accepted: number;
  readonly replayed: number;
  readonly refused: number;
  /** Failed answers, timed out, cut off and unsent. */
  readonly errors: number;
  readonly inFlight: number;
  readonly pending: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What a phase came to. Latencies are microseconds from the intended start. */
export interface PhaseResult {
  readonly name: string;
  /** When its schedule began, microseconds of the monotonic clock. */
  readonly beganAt: number;
  /** Length of its schedule; less where it was stopped. */
  readonly seconds: number;
  /** Requests of the schedule. */
  readonly due: number;
  /** Of them, sent before the schedule ended, or at most a hundredth of its length (at least 250 ms) later. */
  readonly sentInTime: number;
  readonly sent: number;
  readonly unsent: number;
  readonly timedOut: number;
  readonly cutOff: number;
  readonly answers: Readonly<Record<AnswerKind, number>>;
  /** Of refused and failed answers by their code. */
  readonly codes: Readonly<Record<string, number>>;
  /** All requests of the schedule; those without an answer with the time they were waited for, so that none is flattered away. */
  readonly all: LatencySummary;
  readonly accepted: LatencySummary;
  readonly refused: LatencySummary;
  /** Confirms and releases, from the moment the buyer decided. */
  readonly followUps: LatencySummary;
  readonly followUpErrors: number;
  /** How late the generator itself sent requests for which a connection was free. */
  readonly lateness: LatencySummary;
  readonly curve: readonly PercentilePoint[];
  readonly samples: readonly Sample[];
}

/** Requests that ended in nothing a buyer can use, of all. */
export function errorShare(result: PhaseResult): number {
  const { unsent, timedOut, cutOff, answers, due } = result;
  return due === 0 ? 0 : (unsent + timedOut + cutOff + answers.failed) / due;
}

/** Answers that a buyer can use: held, or a refusal that is true. */
export function usableAnswers({ answers }: PhaseResult): number {
  return answers.accepted + answers.replayed + answers.refused;
}

/** Share of the intended requests that were sent in time: below 0.99 what was measured is not what was meant. */
export function achievedShare({ sentInTime, due }: PhaseResult): number {
  return due === 0 ? 0 : sentInTime / due;
}

export const ACHIEVED_SHARE_MIN = 0.99;

const SAMPLES_MAX = 100_000;

/** Counts while a phase runs. */
export class PhaseTally {
  readonly name: string;
  readonly #beganAt: number;
  due = 0;
  sent = 0;
  sentInTime = 0;
  unsent = 0;
  timedOut = 0;
  cutOff = 0;
  followUpErrors = 0;
  readonly answers: Record<AnswerKind, number> = { accepted: 0, replayed: 0, refused: 0, failed: 0 };
  readonly #codes = new Map<string, number>();
  readonly #all = new Latencies();
  readonly #accepted = new Latencies();
  readonly #refused = new Latencies();
  readonly #followUps = new Latencies();
  readonly #lateness = new Latencies();
  readonly #second = new Latencies();
  readonly #samples: Sample[] = [];
  #before = { at: 0, due: 0, sent: 0, accepted: 0, replayed: 0, refused: 0, errors: 0 };

  /** `beganAt`: microseconds of the monotonic clock. */
  constructor(name: string, beganAt: number) {
    this.name = name;
    this.#beganAt = beganAt;
  }

  answered(kind: AnswerKind, code: string, latency: number): void {
    this.answers[kind] += 1;
    if (kind === 'refused' || kind === 'failed') this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    this.#record(latency);
    if (kind === 'refused') this.#refused.record(latency);
    else if (kind !== 'failed') this.#accepted.record(latency);
  }

  failed(failure: Failure, waited: number): void {
    if (failure === 'timed_out') this.timedOut += 1;
    else this.cutOff += 1;
    this.#record(waited);
  }

  notSent(waited: number): void {
    this.unsent += 1;
    this.#record(waited);
  }

  followedUp(isGood: boolean, latency: number): void {
    if (!isGood) this.followUpErrors += 1;
    this.#followUps.record(latency);
  }

  late(microseconds: number): void {
    this.#lateness.record(microseconds);
  }

  #record(latency: number): void {
    this.#all.record(latency);
    this.#second.record(latency);
  }

  /** Closes the current sample. `moment`: microseconds of the monotonic clock. */
  sample(moment: number, inFlight: number, pending: number): Sample {
    const at = (moment - this.#beganAt) / 1e6;
    const { accepted, replayed, refused, failed } = this.answers;
    const errors = failed + this.timedOut + this.cutOff + this.unsent;
    const now = { at, due: this.due, sent: this.sent, accepted, replayed, refused, errors };
    const { p50, p99, p999, max } = this.#second.summary();
    const before = this.#before;
    const sample: Sample = {
      at,
      seconds: at - before.at,
      due: now.due - before.due,
      sent: now.sent - before.sent,
      accepted: accepted - before.accepted,
      replayed: replayed - before.replayed,
      refused: refused - before.refused,
      errors: errors - before.errors,
      inFlight,
      pending,
      p50,
      p99,
      p999,
      max,
    };
    this.#before = now;
    this.#second.reset();
    if (this.#samples.length < SAMPLES_MAX) this.#samples.push(sample);
    return sample;
  }

  /** `end`: microseconds of the monotonic clock. */
  result(end: number): PhaseResult {
    const seconds = (end - this.#beganAt) / 1e6;
    const { name, due, sent, sentInTime, unsent, timedOut, cutOff, followUpErrors, answers } = this;
    return {
      ...{ name, seconds, due, sent, sentInTime, unsent, timedOut, cutOff, followUpErrors },
      beganAt: this.#beganAt,
      answers: { ...answers },
      codes: Object.fromEntries(this.#codes),
      all: this.#all.summary(),
      accepted: this.#accepted.summary(),
      refused: this.#refused.summary(),
      followUps: this.#followUps.summary(),
      lateness: this.#lateness.summary(),
      curve: this.#all.curve(),
      samples: this.#samples,
    };
  }
}

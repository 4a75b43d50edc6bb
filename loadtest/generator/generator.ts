import { setTimeout as delay } from 'node:timers/promises';
import { Alarm, EARLY_MICROSECONDS } from './alarm.js';
import { microseconds } from './clock.js';
import type { Answer, Connection, Target } from './connection.js';
import { type Failure, type PhaseResult, PhaseTally, type Sample } from './phase.js';
import { Pool } from './pool.js';
import { Queue } from './queue.js';
import { lengthSeconds, Schedule } from './schedule.js';
import type { Pace, Phase, Work } from './work.js';

export interface GeneratorOptions {
  readonly target: Target;
  /** Most connections at once; what finds none free waits, and its latency counts. */
  readonly connections: number;
  /** How long an answer is waited for, and how long a request waits for a connection. */
  readonly timeoutMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onSample?: (phase: string, sample: Sample) => void;
}

interface Due<Job> {
  readonly job: Job;
  readonly intended: number;
  readonly isFollowUp: boolean;
}

interface Flight<Job> extends Due<Job> {
  readonly sentAt: number;
  failure: Failure;
}

interface Running {
  readonly tally: PhaseTally;
  readonly pace: Pace;
  readonly schedule: Schedule | undefined;
  readonly beganAt: number;
  /** When its schedule ends; when it was stopped, or had nothing more to ask, where that was earlier. */
  endsAt: number;
  /** Sent so much later still counts as sent in time. */
  readonly grace: number;
  /** Of the next request of the schedule. */
  nextAt: number;
  readonly done: (result: PhaseResult) => void;
}

/** At most so many requests wait for a connection; more are unsent at once. */
const PENDING_MAX = 200_000;
const LOOK_MS = 20;
/** Requests sent so late, as a share of the phase, still count as sent in time: those of its last moments are due when it ends. */
const GRACE_SHARE = 0.01;
const GRACE_MICROSECONDS_MIN = 250_000;
const SAMPLE_MICROSECONDS = 1_000_000;
/** Connected before a phase begins: later they would be connected in its time, one after the other. */
const WARM_CONNECTIONS_MAX = 256;
const WARM_MS_MAX = 1000;
/** Above this rate the exact moment of a request is one of many, and waiting for each would cost a core. */
const SHARPEN_EVERY_MICROSECONDS = 400;

/**
 * Sends requests at the moments of a schedule, whatever the answers do, and counts each latency from the moment it was meant to start.
 *
 * ```
 * schedule ─▶ due ─┬─ a connection is free ─▶ in flight ─▶ answered │ timed out │ cut off
 *                  └─ none is ─▶ pending ─▶ in flight, or unsent after `timeoutMs`
 * ```
 */
export class Generator<Job> {
  readonly #options: GeneratorOptions;
  readonly #work: Work<Job>;
  readonly #pool: Pool;
  readonly #alarm: Alarm;
  readonly #timeout: number;
  readonly #flights = new Map<Connection, Flight<Job>>();
  readonly #pending = new Queue<Due<Job>>();
  readonly #later = new Queue<Due<Job>>();
  readonly #ticker: NodeJS.Timeout;
  #running: Running | undefined;
  #isBusy = false;
  #isStopped = false;
  #sampledAt = 0;
  #sharpenedAt = 0;

  constructor(options: GeneratorOptions, work: Work<Job>) {
    this.#options = options;
    this.#work = work;
    this.#timeout = options.timeoutMs * 1000;
    this.#pool = new Pool(options.target, options.connections, {
      free: () => this.#onFree(),
      answered: (connection, answer) => this.#onAnswer(connection, answer),
      gone: (connection) => this.#onGone(connection),
    });
    this.#alarm = new Alarm(() => this.#pump());
    this.#ticker = setInterval(() => this.#look(), LOOK_MS);
  }

  /** One phase at a time. Resolves when the last of its requests has ended, which is `timeoutMs` after the schedule, twice at most. */
  async run(phase: Phase): Promise<PhaseResult> {
    if (this.#isBusy) throw new Error(`${phase.name}: the phase before has not ended`);
    this.#isBusy = true;
    this.#pool.warm(Math.min(WARM_CONNECTIONS_MAX, this.#options.connections));
    const warmUntil = microseconds() + WARM_MS_MAX * 1000;
    while (this.#pool.isOpening && !this.#isStopped && microseconds() < warmUntil) await delay(LOOK_MS);
    const result = await this.#begin(phase);
    this.#isBusy = false;
    return result;
  }

  #begin({ name, pace }: Phase): Promise<PhaseResult> {
    const beganAt = microseconds();
    const seconds = pace.kind === 'open' ? lengthSeconds(pace.slopes) : pace.seconds;
    const schedule =
      pace.kind === 'open' ? new Schedule(pace.slopes, pace.arrivals, this.#options.random) : undefined;
    this.#sampledAt = beganAt;
    return new Promise((done) => {
      this.#running = {
        tally: new PhaseTally(name, beganAt),
        pace,
        schedule,
        beganAt,
        endsAt: beganAt + seconds * 1e6,
        grace: Math.max(seconds * 1e6 * GRACE_SHARE, GRACE_MICROSECONDS_MIN),
        nextAt: beganAt + (schedule === undefined ? 0 : schedule.next()),
        done,
      };
      if (this.#isStopped) this.#cutShort(this.#running, beganAt);
      this.#pump();
    });
  }

  /** Nothing new is sent from now on: the phase under way ends with what it has, and one that begins after it is empty. */
  stop(): void {
    this.#isStopped = true;
    if (this.#running !== undefined) this.#cutShort(this.#running, microseconds());
  }

  #cutShort(running: Running, now: number): void {
    running.nextAt = Number.POSITIVE_INFINITY;
    running.endsAt = Math.min(running.endsAt, now);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    this.#pool.close();
    await this.#alarm.stop();
  }

  /** Sends everything that is due. */
  #pump(): void {
    const running = this.#running;
    if (running === undefined) return;
    const now = this.#sharpen(running);
    if (running.schedule === undefined) this.#fill(running, now);
    else this.#sendDue(running, running.schedule, now);
    for (let due = this.#later.first; due !== undefined && due.intended <= now; due = this.#later.first) {
      this.#later.shift();
      this.#dispatch(running, due, now);
    }
    // A closed loop is driven by its answers: an alarm would ring all the time, and take processor time from what is measured.
    const scheduled = running.schedule === undefined ? Number.POSITIVE_INFINITY : running.nextAt;
    this.#alarm.ringAt(Math.min(scheduled, this.#later.first?.intended ?? Number.POSITIVE_INFINITY), now);
  }

  /** Answers what time it is; just before a request is due, waits for that, where requests are rare enough for it to cost little. */
  #sharpen(running: Running): number {
    let now = microseconds();
    const isNear = running.nextAt - now < EARLY_MICROSECONDS;
    if (isNear && now - this.#sharpenedAt > SHARPEN_EVERY_MICROSECONDS) {
      while (now < running.nextAt) now = microseconds();
      this.#sharpenedAt = now;
    }
    return now;
  }

  #sendDue(running: Running, schedule: Schedule, now: number): void {
    while (running.nextAt <= now) {
      const job = this.#work.next();
      if (job === undefined) {
        this.#cutShort(running, now);
        return;
      }
      running.tally.due += 1;
      this.#dispatch(running, { job, intended: running.nextAt, isFollowUp: false }, now);
      running.nextAt = running.beganAt + schedule.next();
    }
  }

  /** A closed loop: every connection has a request. */
  #fill(running: Running, now: number): void {
    const { pace, tally } = running;
    if (pace.kind !== 'closed') return;
    if (now >= running.endsAt) this.#cutShort(running, now);
    while (running.nextAt <= now && this.#flights.size + this.#pending.length < pace.connections) {
      const job = this.#work.next();
      if (job === undefined) this.#cutShort(running, now);
      else {
        tally.due += 1;
        this.#dispatch(running, { job, intended: now, isFollowUp: false }, now);
      }
    }
  }

  #dispatch(running: Running, due: Due<Job>, now: number): void {
    const connection = this.#pending.length > 0 ? undefined : this.#pool.take(now, 1);
    if (connection !== undefined) {
      if (!due.isFollowUp) running.tally.late(now - due.intended);
      this.#send(running, connection, due, now);
    } else if (this.#pending.length < PENDING_MAX) {
      this.#pending.push(due);
      this.#pool.want(this.#pending.length);
    } else this.#giveUp(running, due, now);
  }

  #send(running: Running, connection: Connection, due: Due<Job>, now: number): void {
    if (!due.isFollowUp) {
      running.tally.sent += 1;
      if (now <= running.endsAt + running.grace) running.tally.sentInTime += 1;
    }
    this.#flights.set(connection, { ...due, sentAt: now, failure: 'cut_off' });
    connection.send(this.#work.text(due.job));
  }

  #giveUp({ tally }: Running, due: Due<Job>, now: number): void {
    if (due.isFollowUp) tally.followedUp(false, now - due.intended);
    else tally.notSent(now - due.intended);
  }

  #onFree(): void {
    const running = this.#running;
    if (running === undefined) return;
    const now = microseconds();
    while (this.#pending.first !== undefined) {
      const connection = this.#pool.take(now, this.#pending.length);
      if (connection === undefined) return;
      this.#send(running, connection, this.#pending.shift()!, now);
    }
    // Also between answers, which keep this thread from hearing the alarm.
    if (running.nextAt <= now) this.#pump();
  }

  #onAnswer(connection: Connection, answer: Answer): void {
    const flight = this.#flights.get(connection);
    const running = this.#running;
    if (flight === undefined || running === undefined) return;
    this.#flights.delete(connection);
    const now = microseconds();
    const { kind, code } = this.#work.answered(flight.job, answer);
    if (flight.isFollowUp) running.tally.followedUp(kind !== 'failed', now - flight.intended);
    else running.tally.answered(kind, code, now - flight.intended);
    const next = this.#work.followUp?.();
    if (next !== undefined)
      this.#follow({ job: next.job, intended: now + next.after, isFollowUp: true }, now);
  }

  /** Those of one kind of buyer wait equally long, so that the queue stays in order. */
  #follow(due: Due<Job>, now: number): void {
    this.#later.push(due);
    this.#alarm.ringAt(due.intended, now);
  }

  #onGone(connection: Connection): void {
    const flight = this.#flights.get(connection);
    const running = this.#running;
    this.#flights.delete(connection);
    if (flight === undefined || running === undefined) return;
    const waited = microseconds() - flight.intended;
    this.#work.failed(flight.job, flight.failure);
    if (flight.isFollowUp) running.tally.followedUp(false, waited);
    else running.tally.failed(flight.failure, waited);
  }

  /** Now and then: who waited too long, a sample, and whether the phase is over. */
  #look(): void {
    const running = this.#running;
    if (running === undefined) return;
    const now = microseconds();
    for (const [connection, flight] of this.#flights) {
      // In the order they were sent.
      if (now - flight.sentAt < this.#timeout) break;
      flight.failure = 'timed_out';
      connection.close();
    }
    for (let due = this.#pending.first; due !== undefined; due = this.#pending.first) {
      if (now - due.intended < this.#timeout) break;
      this.#pending.shift();
      this.#giveUp(running, due, now);
    }
    // Also asks for connections where the pending ones found none, and no answer comes to wake them.
    this.#onFree();
    this.#pump();
    const isOver =
      running.nextAt === Number.POSITIVE_INFINITY &&
      now >= running.endsAt &&
      this.#flights.size + this.#pending.length + this.#later.length === 0;
    if (isOver || now - this.#sampledAt >= SAMPLE_MICROSECONDS) this.#sample(running, now);
    if (isOver) this.#end(running);
  }

  #sample(running: Running, now: number): void {
    this.#sampledAt = now;
    const { tally } = running;
    const sample = tally.sample(now, this.#flights.size, this.#pending.length);
    this.#options.onSample?.(tally.name, sample);
  }

  #end(running: Running): void {
    this.#running = undefined;
    running.done(running.tally.result(running.endsAt));
  }
}

import type { Clock, TimerHandle } from '../domain/ports.js';
import type { Submission } from './submission.js';

/** Long enough for a connection to come back, short against a request's budget. */
const PAUSE_MS = 25;

/** Commands whose reply was lost or whose partition is moving, about to be sent again with the same ids. */
export class Retries<Ticket> {
  readonly #clock: Clock;
  readonly #enqueue: (submission: Submission<Ticket>) => void;
  #waiting: Submission<Ticket>[] = [];
  #timer: TimerHandle | undefined;
  #isClosed = false;

  constructor(clock: Clock, enqueue: (submission: Submission<Ticket>) => void) {
    this.#clock = clock;
    this.#enqueue = enqueue;
  }

  get size(): number {
    return this.#waiting.length;
  }

  items(): readonly Submission<Ticket>[] {
    return this.#waiting;
  }

  /** False when closed: then nothing is sent again. What it holds is bounded by the mailbox that let it in. */
  add(submission: Submission<Ticket>): boolean {
    if (this.#isClosed) return false;
    this.#waiting.push(submission);
    this.#timer ??= this.#clock.setTimer(PAUSE_MS, this.#again);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  readonly #again = (): void => {
    this.#timer = undefined;
    const submissions = this.#waiting;
    this.#waiting = [];
    for (const submission of submissions) if (!submission.answered) this.#enqueue(submission);
  };
}

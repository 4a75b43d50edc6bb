import type { Refusal } from '../domain/outcome.js';
import type { Clock } from '../domain/ports.js';
import type { Admission, Conditions, SkuActor } from './actor.js';
import type { Intake } from './intake.js';
import type { PartitionView } from './partition-view.js';
import type { RedisClocks } from './redis-clock.js';
import type { Submission } from './submission.js';

export interface AdmissionsOptions<Ticket> {
  readonly clock: Clock;
  readonly redisClocks: RedisClocks;
  readonly views: ReadonlyMap<number, PartitionView>;
  readonly intake: Intake<Ticket>;
  /** Age at which a view is no longer trusted, milliseconds. */
  readonly freshMs: number;
  readonly go: (submission: Submission<Ticket>) => void;
  readonly refuse: (submission: Submission<Ticket>, refusal: Refusal) => void;
}

/** Puts holds before their actors, and keeps count of those that wait in one. */
export class Admissions<Ticket> {
  readonly #options: AdmissionsOptions<Ticket>;
  readonly #waitingActors = new Set<SkuActor<Ticket>>();
  #waiting = 0;

  constructor(options: AdmissionsOptions<Ticket>) {
    this.#options = options;
  }

  /** Holds waiting in actors. */
  get waiting(): number {
    return this.#waiting;
  }

  /** What the SKU's actor says; a SKU without one is the store's to judge. */
  decide(submission: Submission<Ticket>, actor: SkuActor<Ticket> | undefined, now: number): Admission {
    return actor === undefined ? 'go' : actor.admit(submission, this.#conditions(submission, now));
  }

  go(submission: Submission<Ticket>, actor: SkuActor<Ticket> | undefined): void {
    actor?.reserve(submission);
    this.#options.go(submission);
  }

  wait(submission: Submission<Ticket>, actor: SkuActor<Ticket>): void {
    actor.wait(submission);
    this.#waiting += 1;
    this.#waitingActors.add(actor);
  }

  /** Looks again at the queues of actors whose view or unsettled units changed. */
  drain(): void {
    const stirred = this.#options.intake.takeStirred();
    if (stirred.length === 0) return;
    const now = this.#options.clock.monotonic();
    for (const actor of stirred) {
      const before = actor.waiting;
      actor.drain(
        (submission) => this.#conditions(submission, now),
        (submission, admission) => {
          if (admission === 'go') this.go(submission, actor);
          else this.#options.refuse(submission, admission);
        },
      );
      this.#waiting -= before - actor.waiting;
      if (actor.waiting === 0) this.#waitingActors.delete(actor);
    }
  }

  *items(): Iterable<Submission<Ticket>> {
    for (const actor of this.#waitingActors) yield* actor.queue();
  }

  /** Has every queue looked at again: some of those in it were answered because they ran out of time. */
  stirAll(): void {
    for (const actor of this.#waitingActors) this.#options.intake.stir(actor);
  }

  #conditions({ partition, command, sentAt, attempted }: Submission<Ticket>, now: number): Conditions {
    const view = this.#options.views.get(partition)!;
    const certain =
      command.kind === 'hold' &&
      command.certainlyNew &&
      // By the request, not by the store: a shard that died may have made the hold.
      !attempted &&
      view.isCurrent(now, this.#options.freshMs) &&
      view.knewAllKeys(sentAt);
    return { certain, now: this.#options.redisClocks.now(partition) };
  }
}

/** Puts holds before their actors, and keeps count of those that wait in one. */
export class Admissions {
    #options;
    #waitingActors = new Set();
    #waiting = 0;
    constructor(options) {
        this.#options = options;
    }
    /** Holds waiting in actors. */
    get waiting() {
        return this.#waiting;
    }
    /** What the SKU's actor says; a SKU without one is the store's to judge. */
    decide(submission, actor, now) {
        return actor === undefined ? 'go' : actor.admit(submission, this.#conditions(submission, now));
    }
    go(submission, actor) {
        actor?.reserve(submission);
        this.#options.go(submission);
    }
    wait(submission, actor) {
        actor.wait(submission);
        this.#waiting += 1;
        this.#waitingActors.add(actor);
    }
    /** Looks again at the queues of actors whose view or unsettled units changed. */
    drain() {
        const stirred = this.#options.intake.takeStirred();
        if (stirred.length === 0)
            return;
        const now = this.#options.clock.monotonic();
        for (const actor of stirred) {
            const before = actor.waiting;
            actor.drain((submission) => this.#conditions(submission, now), (submission, admission) => {
                if (admission === 'go')
                    this.go(submission, actor);
                else
                    this.#options.refuse(submission, admission);
            });
            this.#waiting -= before - actor.waiting;
            if (actor.waiting === 0)
                this.#waitingActors.delete(actor);
        }
    }
    *items() {
        for (const actor of this.#waitingActors)
            yield* actor.queue();
    }
    /** Has every queue looked at again: some of those in it were answered because they ran out of time. */
    stirAll() {
        for (const actor of this.#waitingActors)
            this.#options.intake.stir(actor);
    }
    #conditions({ partition, command, sentAt, attempted }, now) {
        const view = this.#options.views.get(partition);
        const certain = command.kind === 'hold' &&
            command.certainlyNew &&
            // By the request, not by the store: a shard that died may have made the hold.
            !attempted &&
            view.isCurrent(now, this.#options.freshMs) &&
            view.knewAllKeys(sentAt);
        return { certain, now: this.#options.redisClocks.now(partition) };
    }
}
//# sourceMappingURL=admissions.js.map
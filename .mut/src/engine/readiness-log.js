const LOOK_MS = 100;
/** Writes to the log when `/readyz` begins or ends to call a dependency down, so that an outage has its two ends there. */
export class ReadinessLog {
    #parts;
    #down = new Set();
    #timer;
    constructor(parts) {
        this.#parts = parts;
        this.#look();
    }
    stop() {
        this.#timer?.cancel();
    }
    #look() {
        const { names, readiness, clock } = this.#parts;
        const { dependencies } = readiness();
        for (const name of names) {
            const found = dependencies[name];
            if (found !== undefined)
                this.#compare(name, found);
        }
        this.#timer = clock.setTimer(LOOK_MS, () => this.#look());
    }
    #compare(name, found) {
        const { logger } = this.#parts;
        if (found.state === 'down') {
            if (this.#down.has(name))
                return;
            this.#down.add(name);
            logger.error({ dependency: name, detail: found.detail }, 'Not ready: a dependency is down');
        }
        else if (this.#down.delete(name))
            logger.info({ dependency: name }, 'A dependency is back');
    }
}
//# sourceMappingURL=readiness-log.js.map
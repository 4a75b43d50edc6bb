const LATE_MS_MAX = 3000;
const CALM = {
    slow: 0,
    lostBefore: 0,
    lostAfter: 0,
    late: 0,
    twice: 0,
    refused: 0,
    ledgerSlow: 0,
    ledgerCutBefore: 0,
    ledgerCutAfter: 0,
    ledgerPaused: 0,
};
/** Only some of the troubles in each simulation: where everything fails at once, little is ever reached. */
export function weatherOf(random) {
    const some = (most) => (random.chance(0.4) ? random.next() * most : 0);
    return {
        slow: some(0.2),
        lostBefore: some(0.08),
        lostAfter: some(0.1),
        late: some(0.06),
        twice: some(0.1),
        refused: some(0.05),
        ledgerSlow: some(0.3),
        ledgerCutBefore: some(0.1),
        ledgerCutAfter: some(0.2),
        ledgerPaused: some(0.1),
    };
}
/** What becomes of each exchange with Redis and Postgres. */
export class Network {
    isCalm = true;
    isPostgresDown = false;
    /** Called when the next write of a ledger leaves; answers how long it takes to arrive, milliseconds. */
    nextWrite;
    /** What becomes of the next flush of an engine; `drawn` is told when it leaves. */
    nextFlush;
    /** Scheduler time until which nothing gets through to Redis and back unharmed. */
    outageUntil = 0;
    #random;
    #coverage;
    #weather;
    #now;
    constructor(random, weather, coverage, now) {
        this.#random = random;
        this.#weather = weather;
        this.#coverage = coverage;
        this.#now = now;
    }
    hopMs() {
        return this.#random.between(0.02, 0.4);
    }
    flush(engine) {
        const next = this.nextFlush;
        if (next?.engine === engine) {
            this.nextFlush = undefined;
            next.drawn();
            return next.fate;
        }
        const random = this.#random;
        const isOut = !this.isCalm && this.#now() < this.outageUntil;
        const weather = this.isCalm ? CALM : this.#weather;
        const kind = isOut ? random.pick(['lost_before', 'lost_after', 'late']) : this.#kind(weather);
        if (kind !== 'delivered')
            this.#coverage.count(`redis ${kind}`);
        const isSlow = random.chance(weather.slow);
        if (isSlow)
            this.#coverage.count('redis slow');
        const thereMs = random.between(0.1, isSlow ? 150 : 1);
        const backMs = random.between(0.1, isSlow ? 150 : 1);
        switch (kind) {
            case 'late':
                return { kind, thereMs: random.between(50, LATE_MS_MAX) };
            case 'lost_after':
                return { kind, thereMs };
            case 'twice':
            case 'delivered':
                return { kind, thereMs, backMs };
            default:
                return { kind };
        }
    }
    ledger(exchange) {
        const random = this.#random;
        if (this.isPostgresDown)
            return { kind: 'unreachable', afterMs: random.between(0.1, 2) };
        if (exchange === 'write' && this.nextWrite !== undefined) {
            const beforeMs = this.nextWrite();
            this.nextWrite = undefined;
            return { kind: 'delivered', beforeMs };
        }
        const weather = this.isCalm ? CALM : this.#weather;
        const isSlow = random.chance(weather.ledgerSlow);
        const isPaused = exchange === 'write' && random.chance(weather.ledgerPaused);
        if (isPaused)
            this.#coverage.count('ledger session paused');
        if (isSlow)
            this.#coverage.count('ledger slow');
        const beforeMs = isPaused ? random.between(200, 3000) : random.between(0.2, isSlow ? 300 : 2);
        const afterMs = random.between(0.2, isSlow ? 300 : 2);
        const dice = random.next();
        if (dice < weather.ledgerCutBefore) {
            this.#coverage.count(`ledger cut before commit`);
            return { kind: 'cut_before', beforeMs, afterMs };
        }
        if (dice < weather.ledgerCutBefore + weather.ledgerCutAfter) {
            if (exchange === 'write')
                this.#coverage.count('ledger committed then disconnected');
            return { kind: 'cut_after', beforeMs, afterMs };
        }
        return { kind: 'delivered', beforeMs, afterMs };
    }
    #kind(weather) {
        let dice = this.#random.next();
        const hits = (probability) => {
            dice -= probability;
            return dice < 0;
        };
        if (hits(weather.lostBefore))
            return 'lost_before';
        if (hits(weather.lostAfter))
            return 'lost_after';
        if (hits(weather.late))
            return 'late';
        if (hits(weather.twice))
            return 'twice';
        if (hits(weather.refused))
            return 'refused';
        return 'delivered';
    }
}
//# sourceMappingURL=network.js.map
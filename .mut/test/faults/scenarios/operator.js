import { readFileSync } from 'node:fs';
import { parseMetrics, sampleValue } from '../../support/prometheus.js';
import { until } from '../../support/until.js';
import { now } from '../load/counts.js';
/** Long for a look that is taken once a second; it bounds the wait and is no promise. */
const SEEN_WITHIN_MS = 15_000;
const POLL_MS = 25;
const ASK_MS = 5000;
/** What somebody on call sees of an engine: `/readyz`, `/metrics` and the log. */
export class Operator {
    #round;
    #engine;
    constructor(round, engine = round.stack.engine) {
        this.#round = round;
        this.#engine = engine;
    }
    async readiness() {
        const response = await fetch(`${this.#engine.operationsUrl}/readyz`, {
            signal: AbortSignal.timeout(ASK_MS),
        });
        const readiness = (await response.json());
        if ((response.status === 200) !== readiness.ready)
            this.#round.broken(`/readyz answered ${response.status} with ready ${readiness.ready}`);
        return readiness;
    }
    async dependency(name) {
        return (await this.readiness()).dependencies[name] ?? { state: 'down', detail: 'is not shown' };
    }
    /** Waits until `/readyz` is as described; that it never becomes so is a broken promise. Answers whether it did. */
    async sees(what, is) {
        let last = '';
        const look = async () => {
            const readiness = await this.readiness();
            last = JSON.stringify(readiness);
            return is(readiness);
        };
        return await this.#expected(look, () => `/readyz never said that ${what}; it said ${last}`);
    }
    async seesReady() {
        return await this.sees('all is well', ({ ready, dependencies }) => ready && dependencies.redis?.state === 'ok');
    }
    /** Not ready, and the named dependency is why. */
    async seesDown(name) {
        return await this.sees(`${name} is down`, ({ ready, dependencies }) => !ready && dependencies[name]?.state === 'down');
    }
    async metric(name, labels = {}) {
        const response = await fetch(`${this.#engine.operationsUrl}/metrics`, {
            signal: AbortSignal.timeout(ASK_MS),
        });
        return sampleValue(parseMetrics(await response.text()), name, labels) ?? Number.NaN;
    }
    async seesMetric(name, labels, value) {
        let last = Number.NaN;
        const look = async () => {
            last = await this.metric(name, labels);
            return last === value;
        };
        return await this.#expected(look, () => `${name}${JSON.stringify(labels)} is ${last} and never became ${value}`);
    }
    /** `from`: length of the log before the fault. */
    async seesInLog(text, from) {
        return await this.#expected(() => this.log().slice(from).includes(text), () => `the log never said ${JSON.stringify(text)}`);
    }
    log() {
        return readFileSync(this.#engine.logFile, 'utf8');
    }
    /** Resident memory of the engine's process, bytes. */
    memoryBytes() {
        const status = readFileSync(`/proc/${this.#engine.pid}/status`, 'utf8');
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    }
    async #expected(look, otherwise) {
        try {
            await until(look, { timeoutMs: SEEN_WITHIN_MS, pollMs: POLL_MS });
            return true;
        }
        catch {
            this.#round.broken(otherwise());
            return false;
        }
    }
}
/**
 * From here on everything works again: waits for the first hold that was asked for and accepted since, and notes how long that took.
 * The table's recovery counts from the fault, so it has the outage itself in it; this is what is left without it.
 */
export async function mended(round, figure = 'ms to sell once mended') {
    const at = now();
    round.mended();
    const accepted = await until(() => round.load.timeline.firstAcceptedAfter(at), {
        timeoutMs: 60_000,
        what: 'selling again',
    }).catch(() => undefined);
    if (accepted !== undefined)
        round.figure(figure, accepted - at);
}
/** Waits until so many more holds were accepted than now; that they never are is a broken promise. */
export async function sellsOn(round, holds, while_) {
    const before = round.load.counts().accepted;
    try {
        await until(() => round.load.counts().accepted >= before + holds, {
            timeoutMs: SEEN_WITHIN_MS,
            pollMs: POLL_MS,
        });
        return true;
    }
    catch {
        const sold = round.load.counts().accepted - before;
        round.broken(`${while_}, only ${sold} holds were accepted in ${SEEN_WITHIN_MS / 1000} s`);
        return false;
    }
}
/** Outages take longer than kills and vary less: ten rounds where those make fifty, one in CI. */
export function fewRounds({ rounds, short }) {
    return short ? 1 : Math.min(rounds, 10);
}
//# sourceMappingURL=operator.js.map
import { findLeftovers, holdingOf } from './aftermath.js';
import { generate } from './generate.js';
import { Lane } from './lane.js';
import { minimised } from './minimise.js';
import { SlowClients } from './slow.js';
import { openTarget } from './target.js';
/** One finding is a reason to stop; a few show whether it is one thing. */
const FINDINGS_MAX = 10;
/** Inputs `from` … `from + count - 1` of the seed against one engine. */
export async function runPass(options, auth, from, count, watcher) {
    const target = await openTarget(options, auth);
    try {
        const pass = new Pass(options, auth, target, watcher);
        return await pass.run(from, count);
    }
    finally {
        await target.stop();
    }
}
class Pass {
    #options;
    #auth;
    #target;
    #watcher;
    #answers = new Map();
    #families = new Map();
    #findings = [];
    #busy = 0;
    #done = 0;
    #quarter;
    constructor(options, auth, target, watcher) {
        this.#options = options;
        this.#auth = auth;
        this.#target = target;
        this.#watcher = watcher;
    }
    async run(from, count) {
        const begin = performance.now();
        const before = holdingOf(this.#target.pid);
        const slow = new SlowClients(this.#target);
        let next = from;
        const worker = async () => {
            const lanes = this.#lanes();
            while (next < from + count && !this.#watcher.isStopped() && this.#findings.length < FINDINGS_MAX) {
                const index = next;
                next += 1;
                await this.#one(index, lanes);
                if (this.#done === Math.ceil(count / 4))
                    this.#quarter = holdingOf(this.#target.pid);
            }
            for (const lane of Object.values(lanes))
                lane.close();
        };
        await Promise.all(Array.from({ length: this.#options.width }, worker));
        const seconds = (performance.now() - begin) / 1000;
        const leftovers = [...(await slow.end()), ...(await this.#leftovers(before))];
        return {
            ...{ auth: this.#auth, inputs: this.#done, seconds, answers: this.#answers, families: this.#families },
            ...{ busy: this.#busy, findings: this.#findings, leftovers, before, after: this.#holding() },
        };
    }
    #lanes() {
        const lane = ({ hostname, port }) => new Lane(hostname, Number(port));
        return { storefront: lane(this.#target.storefront), operations: lane(this.#target.operations) };
    }
    async #one(index, lanes) {
        const input = generate(this.#options.seed, index, this.#target.key);
        const outcome = await lanes[input.listener].send(input);
        this.#done += 1;
        this.#watcher.step();
        this.#families.set(input.family, (this.#families.get(input.family) ?? 0) + 1);
        for (const status of outcome.statuses)
            this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
        if (outcome.wasBusy)
            this.#busy += 1;
        const { failure } = outcome;
        if (failure === undefined)
            return;
        const smallest = await minimised(input, failure, this.#lanes()[input.listener]);
        if (this.#findings.length < FINDINGS_MAX)
            this.#findings.push({ auth: this.#auth, index, input, failure, smallest });
    }
    #holding() {
        try {
            return holdingOf(this.#target.pid);
        }
        catch {
            return undefined;
        }
    }
    async #leftovers(before) {
        if (this.#target.pid !== undefined && this.#holding()?.threadsStarted !== before?.threadsStarted)
            return ['the engine is gone'];
        try {
            return await findLeftovers(this.#target, before, this.#quarter);
        }
        catch (error) {
            return [`the engine could not be asked: ${String(error)}`];
        }
    }
}
//# sourceMappingURL=run.js.map
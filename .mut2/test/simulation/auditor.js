import { AnswerAuditor } from './answer-auditor.js';
import { AuditedPartition } from './audited-partition.js';
import { isCertainRefusal, requestIdOf } from './request.js';
import { Timeline } from './timeline.js';
const KEPT = 20;
/**
 * Watches one simulation from outside: every event as it is made, every answer as it is given. It knows nothing of the engine
 * but its contract, and counts with its own arithmetic.
 */
export class Auditor {
    violations = [];
    partitions;
    /** Every event of the store as it now is, trimmed or not. */
    events;
    skuTimes = new Map();
    buyerTimes = new Map();
    losses = [];
    answers;
    /** Milliseconds by which a request may be late because its engine was stopped. */
    stoppedMs = 0;
    /** Redis' clock was stepped: what it says is too late cannot be told from outside. */
    redisClockStepped = false;
    #options;
    #acknowledged = [];
    /** The store was emptied, perhaps before anything was in it. */
    #isGone = false;
    constructor(options) {
        this.#options = options;
        this.partitions = Array.from({ length: options.partitions }, () => new AuditedPartition(options.requestOf));
        this.events = this.partitions.map(() => []);
        this.answers = new AnswerAuditor(this, options);
    }
    broken(rule, what) {
        this.#options.told(rule, what);
        if (this.violations.length < KEPT)
            this.violations.push({ at: this.#options.now(), rule, what });
    }
    executed(call, result, engine, made) {
        const partition = this.partitions[call.partition];
        if (made !== undefined) {
            const seen = { event: made, at: this.#options.now() };
            this.events[call.partition].push(seen);
            this.#options.trace(textOf(made, engine));
            const found = partition.apply(seen, (sku, change) => this.#keepTimes(partition, sku, change));
            for (const { rule, what } of found)
                this.broken(rule, `partition ${call.partition} ${what}`);
            if (call.epoch !== this.#options.storeEpoch(call.partition))
                this.broken('only engines of the epoch change the store', `${engine} ${call.operation}`);
            this.#causes(made);
        }
        const claimed = call.operation === 'trim' ? call.committedSeq : call.operation === 'expire' ? call.ledgerSeq : 0;
        const isOfEpoch = call.epoch === this.#options.storeEpoch(call.partition);
        if (isOfEpoch && claimed > this.#options.ledgerSeq(call.partition))
            this.broken('an engine says of the ledger what it has', `${engine} says ${claimed} of partition ${call.partition}`);
        if (call.operation === 'trim' && result.kind === 'reply') {
            const kept = result.oldestSeq === 0 ? result.seq + 1 : result.oldestSeq;
            if (kept - 1 > this.#options.ledgerSeq(call.partition))
                this.broken('nothing is trimmed before the ledger has it', `partition ${call.partition} from ${kept}`);
        }
    }
    wentBack(seqs, lostAnswered) {
        const { engines, ledgerSeq, now } = this.#options;
        this.#isGone ||= lostAnswered && seqs.every((seq) => seq === 0);
        for (const [partition, seq] of seqs.entries()) {
            const before = this.partitions[partition].seq;
            if (before === seq)
                continue;
            const lost = this.#acknowledged.filter((each) => each.partition === partition && each.seq > seq);
            if (lost.length > 0 && !lostAnswered)
                this.broken('acknowledged means on disk', `${lost.map(({ request }) => request)} in partition ${partition}`);
            const witnesses = engines()
                .filter(({ made }) => (made[partition] ?? 0) > seq)
                .map(({ name, lives, shardLives }) => `${name} ${lives} ${shardLives}`);
            const isInLedger = ledgerSeq(partition) > seq;
            const epoch = this.events[partition].at(-1)?.event.epoch ?? 0;
            this.losses.push({
                ...{ at: now(), partition, seq, epoch, witnesses, isInLedger },
                acknowledged: lost.length,
            });
            this.#rebuild(partition, seq);
        }
        this.#acknowledged = this.#acknowledged.filter(({ partition, seq }) => seq <= seqs[partition]);
    }
    /** An answer said that what `request` asked for is so, as of the event `seq`. */
    acknowledge(request, partition, seq) {
        this.#acknowledged.push({ partition, seq, request: request.id });
    }
    /** Whether some partition lost something that somebody still alive, or the ledger, knows of. */
    get hasLoss() {
        return this.losses.length > 0 || this.#isGone;
    }
    /** Holds still held although their deadline, in Redis time, was before `limit`. */
    overdue(limit) {
        return this.partitions.flatMap(({ holds }) => [...holds.values()].filter(({ state, expiresAt }) => state === 'held' && expiresAt < limit));
    }
    #causes({ changes, seq }) {
        const { requestOf, now, budgetMs } = this.#options;
        for (const { actor, kind } of changes) {
            const request = requestOf(requestIdOf(actor));
            if (request === undefined)
                continue;
            if (isCertainRefusal(request.outcome))
                this.broken('what was refused for certain does not happen', `${request.id} ${kind} at seq ${seq}`);
            const { outcome } = request;
            if ((outcome?.kind === 'sku' || outcome?.kind === 'hold') && !this.redisClockStepped)
                this.broken('what was answered does not happen again', `${request.id} ${kind} at seq ${seq}`);
            const lateMs = now() - request.askedAt - budgetMs - this.stoppedMs;
            if (lateMs > 0 && !this.redisClockStepped)
                this.broken('nothing happens after its time', `${request.id} ${kind} ${Math.round(lateMs)} ms late`);
        }
    }
    #keepTimes(audited, sku, change) {
        const at = this.#options.now();
        this.#keepSku(audited, sku, at);
        if (!('buyerId' in change))
            return;
        const key = `${sku}|${change.buyerId}`;
        timelineIn(this.buyerTimes, key).set(at, audited.buyers.get(key) ?? 0);
    }
    #keepSku(audited, name, at) {
        const sku = audited.skus.get(name);
        if (sku === undefined)
            return;
        const { available, state, buyerLimit } = sku;
        timelineIn(this.skuTimes, name).set(at, { available, state, buyerLimit });
    }
    /** As if nothing after `seq` had ever been. */
    #rebuild(partition, seq) {
        const audited = new AuditedPartition(this.#options.requestOf);
        const kept = this.events[partition].filter(({ event }) => event.seq <= seq);
        for (const seen of kept)
            audited.apply(seen);
        this.events[partition] = kept;
        this.partitions[partition] = audited;
        const at = this.#options.now();
        for (const name of audited.skus.keys())
            this.#keepSku(audited, name, at);
        for (const [key, units] of audited.buyers)
            timelineIn(this.buyerTimes, key).set(at, units);
    }
}
function textOf({ partition, seq, changes, skus }, engine) {
    const parts = changes.map(({ kind, actor, skuIndex }) => `${kind} ${skus[skuIndex].sku} (${actor})`);
    const after = skus.map((sku) => `${sku.sku} ${sku.state} ${sku.available}`);
    return `p${partition} seq ${seq} by ${engine}: ${parts.join(', ')} → ${after.join(', ')}`;
}
function timelineIn(timelines, key) {
    let timeline = timelines.get(key);
    if (timeline === undefined) {
        timeline = new Timeline();
        timelines.set(key, timeline);
    }
    return timeline;
}
//# sourceMappingURL=auditor.js.map
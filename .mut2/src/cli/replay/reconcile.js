import { setTimeout as delay } from 'node:timers/promises';
import { auditSku, codeOf, member } from '../engine-api.js';
import { inParallel } from '../parallel.js';
/** How long after its deadline a hold may still be live before that is a finding. The engine promises 1 s under load. */
const EXPIRY_PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 200;
/** Looks at every hold that was left to its deadline: each must have expired. Answers what is wrong. */
export async function checkAbandonedHolds(options) {
    const { storefront, tally, onStep } = options;
    const findings = [];
    await inParallel(tally.abandoned, options.concurrency, async ({ holdId, step }) => {
        const state = await whenEnded(storefront, holdId, options.signal);
        if (state === 'expired')
            tally.add('expired', step.quantity);
        else {
            tally.failed('expire', state, step.quantity);
            findings.push(`Line ${step.line}: the hold nobody confirmed is ${state} after its deadline, not expired.`);
        }
        onStep();
    });
    return findings;
}
async function whenEnded(storefront, holdId, signal) {
    const deadline = Date.now() + EXPIRY_PATIENCE_MS;
    for (;;) {
        const answer = await storefront.call('GET', `/v1/holds/${holdId}`);
        if (answer.status !== 200)
            return codeOf(answer);
        const state = String(member(answer.body, 'state'));
        if (state !== 'held' || Date.now() > deadline)
            return state;
        await delay(LOOK_AGAIN_MS, undefined, { signal });
    }
}
/** Audits every SKU of the run, and compares each with the client's own books. */
export async function auditProducts(options) {
    const findings = [];
    let [sold, available, total] = [0, 0, 0];
    const { tally, operations, onStep } = options;
    await inParallel(tally.expected.values(), options.concurrency, async (expected) => {
        const report = await auditSku(operations, expected.product.sku);
        sold += report.counters.sold;
        available += report.counters.available;
        total += report.counters.total;
        findings.push(...report.differences.map((difference) => `${report.sku}: ${difference}`));
        if (!report.conserved && report.differences.length === 0)
            findings.push(`${report.sku}: not conserved.`);
        findings.push(...compareWithClient(report, expected));
        onStep();
    });
    return { skus: tally.expected.size, findings, sold, available, total };
}
function compareWithClient({ sku, counters }, expected) {
    const { confirmedUnits, returnedUnits, product } = expected;
    const total = product.stock + returnedUnits;
    const pairs = [
        ['units in total', counters.total, total],
        ['units sold', counters.sold, confirmedUnits],
        ['units held', counters.held, 0],
        ['units available', counters.available, total - confirmedUnits],
    ];
    return pairs
        .filter(([, engine, client]) => engine !== client)
        .map(([what, engine, client]) => `${sku}: the engine has ${engine} ${what}, the client saw ${client}.`);
}
//# sourceMappingURL=reconcile.js.map
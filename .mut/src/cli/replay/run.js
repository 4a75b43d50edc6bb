import { setTimeout as delay } from 'node:timers/promises';
import { credentialsFrom } from '../credentials.js';
import { readMaximumQuantity } from '../engine-api.js';
import { HttpClient } from '../http-client.js';
import { readOrderFile } from './order-file.js';
import { makePlan } from './plan.js';
import { openSale, play } from './player.js';
import { auditProducts, checkAbandonedHolds } from './reconcile.js';
import { Tally } from './tally.js';
/** The audit counts every hold of a SKU's partition each time: more of them at once only wait for each other. */
const AUDIT_CONCURRENCY = 8;
const WAIT_STEPS = 20;
/** Plans, plays, waits for the last deadline and audits. Rejects when the file or the engine cannot be used. */
export async function runReplay(options, run) {
    const credentials = credentialsFrom(run.environment);
    const { signal } = run;
    const sockets = options.concurrency;
    const storefront = new HttpClient({
        baseUrl: options.url,
        option: '--url',
        sockets,
        authorise: credentials.storefront,
        signal,
    });
    const operations = new HttpClient({
        baseUrl: options.adminUrl,
        option: '--admin-url',
        sockets,
        authorise: credentials.operations,
        signal,
    });
    try {
        return await replay(options, run, storefront, operations);
    }
    finally {
        run.progress.stop();
        storefront.close();
        operations.close();
    }
}
async function replay(options, { progress, signal }, storefront, operations) {
    const maximum = await readMaximumQuantity(storefront);
    const plan = await makePlan(readOrderFile(options.file), { ...options, maximum });
    const tally = new Tally(plan.products);
    const onStep = () => progress.step();
    const { concurrency, ttlMs, buyerLimit, prefix } = options;
    const player = { storefront, operations, concurrency, ttlMs, buyerLimit, prefix, tally, onStep };
    const clock = { start: 0, seconds: 0 };
    let audited;
    try {
        await playAll(plan, player, progress, clock);
        await waitForDeadlines(tally, ttlMs, progress, signal);
        audited = await audit({ storefront, operations, concurrency: AUDIT_CONCURRENCY, tally, signal, onStep }, progress);
    }
    catch (error) {
        if (!signal.aborted)
            throw error;
    }
    const findings = [...tally.failures].map(([failure, count]) => `${count} lines failed: ${failure}.`);
    findings.push(...(audited?.findings ?? []), ...overLimit(tally, buyerLimit));
    return {
        plan,
        tally,
        maximum,
        seconds: clock.seconds,
        audit: audited?.audit,
        findings,
        stopped: signal.aborted,
    };
}
async function playAll(plan, player, progress, clock) {
    progress.stage('Putting products on sale', plan.products.length);
    await openSale(plan.products, player);
    progress.stage('Playing lines', plan.steps.length);
    clock.start = performance.now();
    try {
        await play(plan, player);
    }
    finally {
        clock.seconds = (performance.now() - clock.start) / 1000;
    }
}
async function waitForDeadlines(tally, ttlMs, progress, signal) {
    const leftMs = tally.lastAcceptedAt + ttlMs - Date.now();
    if (tally.abandoned.length === 0 || leftMs <= 0)
        return;
    progress.stage('Waiting for deadlines', WAIT_STEPS);
    for (let step = 0; step < WAIT_STEPS; step += 1) {
        await delay(leftMs / WAIT_STEPS, undefined, { signal });
        progress.step();
    }
}
async function audit(options, progress) {
    progress.stage('Looking at expired', options.tally.abandoned.length);
    const holds = await checkAbandonedHolds(options);
    progress.stage('Auditing SKUs', options.tally.expected.size);
    const summary = await auditProducts(options);
    return { audit: summary, findings: [...holds, ...summary.findings] };
}
function overLimit(tally, buyerLimit) {
    if (buyerLimit === 0)
        return [];
    return [...tally.boughtBy]
        .filter(([, units]) => units > buyerLimit)
        .map(([buyerOfSku, units]) => `${buyerOfSku} bought ${units} units, more than the limit of ${buyerLimit}.`);
}
//# sourceMappingURL=run.js.map
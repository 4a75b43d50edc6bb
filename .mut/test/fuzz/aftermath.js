import { readdirSync, readFileSync } from 'node:fs';
import { parseMetrics, sampleValue } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { SMUGGLED_SKU } from './smuggling.js';
export function holdingOf(pid) {
    if (pid === undefined)
        return undefined;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
        openFiles: readdirSync(`/proc/${pid}/fd`).length,
        residentMb: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024),
        threadsStarted: readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').at(21) ?? '',
    };
}
/** Open files more than before, at most: connections to Postgres come and go. */
const FILES_MORE = 12;
/** Memory more than after the first quarter, at most: filters and nonces fill, they do not grow for ever. */
const MEGABYTES_MORE = 128;
/** What is left over, or was done, that should not be; empty when all is well. */
export async function findLeftovers(target, before, quarter) {
    const found = [];
    const gone = await until(async () => {
        const metrics = parseMetrics(await target.operate('GET', '/metrics'));
        const names = ['holdfast_requests_in_flight', 'holdfast_live_streams', 'holdfast_mailbox_waiting'];
        return names.every((name) => (sampleValue(metrics, name) ?? 0) <= (name.endsWith('in_flight') ? 1 : 0));
    }, { timeoutMs: 30_000, pollMs: 200 }).catch(() => false);
    if (!gone)
        found.push('requests, streams or commands are still counted as open');
    const text = await target.operate('GET', '/metrics');
    for (const line of text.split('\n')) {
        if (/^holdfast_requests_total\{.*code="internal"/.test(line) && !/ 0$/.test(line))
            found.push(`answered 500: ${line}`);
        if (/^holdfast_(shard_restarts|ledger_restarts|ledger_quarantined)_total(\{.*\})? [1-9]/.test(line))
            found.push(line);
        if (/^holdfast_ledger_stopped_partitions(\{.*\})? [1-9]/.test(line))
            found.push(line);
    }
    found.push(...(await findFiles(target, before)), ...findMemory(target, quarter), ...(await findUnconserved(target)));
    return found;
}
async function findFiles(target, before) {
    if (before === undefined)
        return [];
    const files = () => holdingOf(target.pid).openFiles;
    await until(() => files() <= before.openFiles + FILES_MORE, { timeoutMs: 30_000, pollMs: 200 }).catch(() => undefined);
    const left = files();
    return left <= before.openFiles + FILES_MORE ? [] : [`${left} open files; there were ${before.openFiles}`];
}
function findMemory(target, quarter) {
    if (quarter === undefined)
        return [];
    const { residentMb } = holdingOf(target.pid);
    return residentMb <= quarter.residentMb + MEGABYTES_MORE
        ? []
        : [`${residentMb} MB resident; after a quarter of the inputs it were ${quarter.residentMb}`];
}
async function findUnconserved(target) {
    const found = [];
    for (let after = '';;) {
        const page = JSON.parse(await target.operate('GET', `/v1/skus?limit=100${after}`));
        for (const { sku, available, total } of page.items) {
            if (sku === SMUGGLED_SKU && available !== total)
                found.push('a smuggled request was read as one');
            const path = `/v1/skus/${encodeURIComponent(sku)}/audit`;
            const report = await until(async () => {
                const audit = JSON.parse(await target.operate('GET', path));
                return audit.conserved ? audit : undefined;
            }, { timeoutMs: 60_000, pollMs: 500 }).catch(() => undefined);
            if (report === undefined)
                found.push(`${sku} is not conserved`);
        }
        if (page.next === null)
            return found;
        after = `&after=${encodeURIComponent(page.next)}`;
    }
}
//# sourceMappingURL=aftermath.js.map
import { RESULTS } from './tally.js';
const FINDINGS_SHOWN_MAX = 20;
const NOTES = {
    offered: 'lines that are sales',
    accepted: 'got a hold',
    'sold out': '',
    'buyer limit': '',
    confirmed: 'of the accepted',
    released: 'of the accepted',
    expired: 'of the accepted',
    returned: 'stock put back',
    failed: 'neither, which should not happen',
};
/** The result for people. */
export function formatReport(result) {
    const { plan, tally } = result;
    return [
        ...(result.stopped ? ['Stopped: what follows is not the whole file, and was not audited.', ''] : []),
        ...lineCounts(result),
        '',
        table(tally, result.seconds),
        ...[...tally.failures].map(([failure, count]) => `failed ${count} times: ${failure}`),
        tally.repeats === 0 ? '' : `${grouped(tally.repeats)} requests were repeated (busy, or no answer).\n`,
        ...verdict(result, plan.products.length),
    ]
        .join('\n')
        .replace(/\n{3,}/g, '\n\n');
}
function lineCounts({ plan, maximum }) {
    const demand = plan.products.reduce((sum, product) => sum + product.demand, 0);
    const stock = plan.products.reduce((sum, product) => sum + product.stock, 0);
    const skipped = [...plan.skipped].filter(([, count]) => count > 0);
    const noSale = skipped.reduce((sum, [, count]) => sum + count, 0);
    return [
        `${padded(plan.lines)} lines in the file`,
        `${padded(plan.offered)} offered: ${grouped(plan.products.length)} products, ${grouped(demand)} units asked for, ${grouped(stock)} in stock`,
        `${padded(plan.returns)} returns`,
        `${padded(noSale)} no sale:`,
        ...skipped
            .sort(([, left], [, right]) => right - left)
            .map(([reason, count]) => `    ${padded(count)} ${reason}${reason === 'over the maximum' ? ` of ${maximum}` : ''}`),
    ];
}
function table(tally, seconds) {
    const rows = RESULTS.filter((result) => result !== 'failed' || tally.count(result).lines > 0).map((result) => row(result, tally.count(result), NOTES[result]));
    const rate = seconds > 0 ? Math.round(tally.count('offered').lines / seconds) : 0;
    return [
        `${'result'.padEnd(12)}${'lines'.padStart(10)}${'units'.padStart(10)}`,
        ...rows,
        `${'seconds'.padEnd(12)}${seconds.toFixed(1).padStart(10)}${''.padStart(10)}   ${grouped(rate)} lines a second`,
        '',
    ].join('\n');
}
function row(name, { lines, units }, note) {
    const suffix = note === '' ? '' : `   ${note}`;
    return `${name.padEnd(12)}${grouped(lines).padStart(10)}${grouped(units).padStart(10)}${suffix}`;
}
function verdict({ audit, findings, stopped }, skus) {
    if (stopped || audit === undefined)
        return [''];
    const sums = `${grouped(audit.sold)} units sold + ${grouped(audit.available)} available = ${grouped(audit.total)}`;
    if (findings.length === 0) {
        return [
            `Audit of ${grouped(skus)} SKUs: ${sums}. Every SKU is conserved; Redis, Postgres and this client agree.`,
            '',
        ];
    }
    return [
        `Audit of ${grouped(skus)} SKUs: ${sums}. ${grouped(findings.length)} findings:`,
        ...findings.slice(0, FINDINGS_SHOWN_MAX).map((finding) => `  ${finding}`),
        findings.length > FINDINGS_SHOWN_MAX
            ? `  … and ${findings.length - FINDINGS_SHOWN_MAX} more (--json has all)`
            : '',
        '',
    ];
}
function grouped(number) {
    return number.toLocaleString('en-GB');
}
function padded(number) {
    return grouped(number).padStart(7);
}
/** The result for programs. */
export function reportAsJson(result) {
    const { plan, tally, audit, findings, stopped, seconds, maximum } = result;
    const results = Object.fromEntries([...tally.counts].map(([name, count]) => [name, { ...count }]));
    const { lines, offered, returns } = plan;
    return `${JSON.stringify({
        lines,
        offered,
        returns,
        skipped: Object.fromEntries(plan.skipped),
        maximumQuantity: maximum,
        products: plan.products.length,
        results,
        failures: Object.fromEntries(tally.failures),
        repeats: tally.repeats,
        seconds,
        stopped,
        audit: audit ?? null,
        findings,
        agreed: findings.length === 0 && !stopped,
    }, null, 2)}\n`;
}
//# sourceMappingURL=report.js.map
import { describeFindings } from './diagnose.js';
export function makeReport(input) {
    const { settlement, skus, restored } = input;
    const affected = skus.filter((sku) => sku.withheld > 0 || sku.uncovered > 0 || sku.stateBefore === 'open');
    return {
        ...input.attempt,
        finishedAt: new Date(input.now).toISOString(),
        seconds: Math.round(input.seconds * 1000) / 1000,
        findings: input.findings,
        evidence: settlement.evidence,
        partitions: settlement.partitions.map(({ partition, ledgerSeq, knownSeq, lost }) => ({
            partition,
            ledgerSeq,
            lost,
            eventsLost: settlement.evidence === 'unseen' ? null : knownSeq - ledgerSeq,
        })),
        skus: restored.skus,
        liveHolds: restored.liveHolds,
        endedHolds: restored.endedHolds,
        withheldUnits: skus.reduce((sum, { withheld }) => sum + withheld, 0),
        affectedSkus: affected.map(({ sku, stateBefore, withheld, reservedAfter, uncovered }) => {
            return { sku, stateBefore, withheld, reserved: reservedAfter, uncovered };
        }),
        lostSkus: input.lostSkus,
        disagreeingSkus: [...restored.disagreeing.keys()],
    };
}
const EVIDENCE = {
    witnessed: 'Counted by what the engines saw last: withheld is what the ledger believes available and they had seen held or sold.',
    drained: 'Every engine had left with all it saw in the ledger: nothing is uncertain.',
    unseen: 'Not every engine lived to say what it saw: everything that the ledger believes available may have been held, and is withheld.',
};
const ROWS_MAX = 50;
/** The report for a terminal. `operations`: address of the operations listener, for the commands to paste. */
export function reportText(report, operations) {
    const lost = report.partitions.filter((partition) => partition.lost);
    const events = lost.map(({ eventsLost }) => eventsLost ?? Number.NaN).reduce((sum, some) => sum + some, 0);
    const lines = [
        `Recovery ${report.recovery}: epoch ${report.lostEpoch} is over, epoch ${report.epoch} begins. Took ${report.seconds} s.`,
        ...describeFindings(report.findings).map((line) => `  ${line}`),
        lost.length === 0
            ? '  Nothing that was acknowledged is missing from the ledger.'
            : `  ${count(lost.length, 'partition')} may have lost events${Number.isNaN(events) ? '; how many, nobody knows' : `: ${events} in all`}.`,
        `  ${EVIDENCE[report.evidence]}`,
        `  Restored: ${count(report.skus, 'SKU')}, ${count(report.liveHolds, 'live hold')}, ${count(report.endedHolds, 'ended hold')} that still answer replays.`,
        `  Withheld: ${count(report.withheldUnits, 'unit')}.${lost.length === 0 ? '' : ' So will be the units of holds in those partitions that end unpaid.'}`,
        ...skuTable(report),
        ...warnings(report),
        '',
        ...nextSteps(report, operations),
    ];
    return `${lines.join('\n')}\n`;
}
function count(number, thing) {
    return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}
function skuTable({ affectedSkus }) {
    if (affectedSkus.length === 0)
        return [];
    const rows = [...affectedSkus].sort((a, b) => b.withheld - a.withheld).slice(0, ROWS_MAX);
    const width = Math.max(3, ...rows.map(({ sku }) => sku.length));
    const more = affectedSkus.length - rows.length;
    return [
        '',
        `  ${'SKU'.padEnd(width)}  was        withheld  reserved now`,
        ...rows.map(({ sku, stateBefore, withheld, reserved }) => `  ${sku.padEnd(width)}  ${stateBefore.padEnd(9)}  ${String(withheld).padStart(8)}  ${String(reserved).padStart(12)}`),
        ...(more > 0 ? [`  … and ${more} more; --json has all`] : []),
    ];
}
function warnings(report) {
    const lines = [];
    for (const { sku, uncovered } of report.affectedSkus
        .filter((some) => some.uncovered > 0)
        .slice(0, ROWS_MAX)) {
        lines.push(`  ${sku}: ${count(uncovered, 'unit')} more than its stock covers were held or sold: stock was added that the ledger never heard of.`, '    When you add it again, keep that many units reserved.');
    }
    for (const { sku, total, claimed } of report.lostSkus.slice(0, ROWS_MAX)) {
        lines.push(`  ${sku} is gone: it was defined (total ${total}) after the ledger's last event. ${count(claimed, 'unit')} were held or sold:`, `    define it again with "reserved": ${Math.min(claimed, total)}.`);
    }
    if (report.disagreeingSkus.length > 0) {
        lines.push(`  ${report.disagreeingSkus.join(', ')}: events are in holdfast.quarantine; what could not be told is reserved.`);
    }
    return lines.length === 0 ? [] : ['', ...lines];
}
function nextSteps({ affectedSkus, withheldUnits }, operations) {
    const example = affectedSkus.find(({ withheld }) => withheld > 0) ?? affectedSkus[0];
    if (example === undefined)
        return ['Start the engines. Nothing else is left to do.'];
    const at = `${operations}/v1/skus/${example.sku}`;
    return [
        'What to do next (with AUTH=on, add the header Authorization: Bearer $ADMIN_TOKEN):',
        '  1. Start the engines; those of the old epoch end by themselves. What was on sale is paused.',
        `  2. Look:                 curl -s ${at}`,
        ...(withheldUnits === 0
            ? []
            : [
                '     Buyers who come with a hold that was lost:  npm run recover -- --report',
                `  3. Give units back:      curl -s -X PATCH ${at} -H 'content-type: application/json' -d '{"reserved":${example.reserved - example.withheld}}'`,
            ]),
        `  ${withheldUnits === 0 ? 3 : 4}. Sell:                 curl -s -X POST ${at}/open`,
    ];
}
//# sourceMappingURL=report.js.map
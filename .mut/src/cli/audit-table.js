import { unresolvedOf } from './auditing.js';
const REMEDIES = {
    none: 'nothing to do',
    withhold: 'only the counters are wrong and offer too much: the engine withholds it by itself, `--repair` at once',
    give_back: 'only the counters are wrong and offer too little: `--repair` gives it back',
    by_hand: 'the sources disagree about what happened: a person has to find out; pause the SKU if it may oversell',
};
const COLUMNS = ['total', 'available', 'held', 'sold', 'reserved'];
const LABEL_WIDTH = 20;
const COLUMN_WIDTH = 14;
/** The result for people: one sentence, and a table for each SKU that differs. */
export function auditText(result) {
    const { skus, different, repairs } = result;
    const many = `${skus} ${skus === 1 ? 'SKU' : 'SKUs'} audited`;
    if (different.length === 0)
        return `${many}: every one is conserved, and Redis and Postgres agree.\n`;
    const unresolved = unresolvedOf(result).length;
    const repaired = different.length - unresolved;
    const verdict = repaired === 0 ? '' : ` ${repaired} repaired, ${unresolved} left.`;
    const bySku = new Map(repairs.map((repair) => [repair.sku, repair]));
    const tables = different.map((report) => tableOf(report, bySku.get(report.sku)));
    return `${many}, ${different.length} differ.${verdict}\n\n${tables.join('\n')}`;
}
function tableOf(report, repair) {
    const { sku, seq, counters, recounted, ledger, differences, remedy } = report;
    const rows = [
        row('', COLUMNS),
        row('  counters in Redis', COLUMNS.map((name) => counters[name])),
        row('  holds, buyers', ['', '', recounted.held, recounted.buyers - recounted.held, '']),
        row('  ledger', COLUMNS.map((name) => ledger[name])),
    ];
    const sentences = differences.map((sentence) => `  - ${sentence}`);
    const end = repair === undefined
        ? `  Remedy: ${REMEDIES[remedy]}.`
        : `  ${repair.repaired ? 'Repaired' : 'Not repaired'}: ${repair.detail}.`;
    return `${[`${sku} at seq ${seq}`, ...rows, ...sentences, end].join('\n')}\n`;
}
function row(label, values) {
    const cells = values.map((value) => String(value).padStart(COLUMN_WIDTH)).join('');
    return (label.padEnd(LABEL_WIDTH) + cells).trimEnd();
}
//# sourceMappingURL=audit-table.js.map
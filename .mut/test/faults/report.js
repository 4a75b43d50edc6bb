export const BEGIN = '<!-- faults:begin -->';
export const END = '<!-- faults:end -->';
export function isKept({ scenario, rounds, concluded }) {
    return concluded.length === 0 && rounds.every(({ verdict }) => isRoundKept(verdict, scenario));
}
export function isRoundKept(verdict, { isControl = false }) {
    const { missing, oversold, auditDifferences, broken } = verdict;
    return (isControl ? 0 : missing) + oversold + auditDifferences + broken.length === 0;
}
const HEAD = [
    'what happens',
    'rounds',
    'requests: ok / refused / unknown',
    'accepted a second under load',
    'acknowledged, then missing',
    'oversold',
    'audit',
    'selling again after, ms: median / worst',
    '',
];
/** The table that the README shows. */
export function markdown(reports) {
    const rows = reports.map((report) => `| ${cells(report).join(' | ')} |`);
    return [`| ${HEAD.join(' | ')} |`, '| --- | --: | --: | --: | --: | --: | --- | --: | --- |', ...rows].join('\n');
}
function cells({ scenario, rounds, concluded }) {
    const sum = (of) => rounds.reduce((total, round) => total + of(round), 0);
    const differences = sum(({ verdict }) => verdict.auditDifferences);
    const broken = sum(({ verdict }) => verdict.broken.length) + concluded.length;
    const recoveries = rounds.flatMap(({ recoveryMs }) => recoveryMs ?? []);
    return [
        scenario.title,
        String(rounds.length),
        [sum(({ counts }) => counts.ok), sum(({ counts }) => counts.refused), sum(({ counts }) => counts.unknown)]
            .map(grouped)
            .join(' / '),
        grouped(median(rounds.map(({ acceptedPerSecond }) => acceptedPerSecond))),
        grouped(sum(({ verdict }) => verdict.missing)) + (scenario.isControl ? ' (must lose)' : ''),
        grouped(sum(({ verdict }) => verdict.oversold)),
        auditOf(differences, broken, scenario),
        recoveries.length === 0 ? '–' : `${grouped(median(recoveries))} / ${grouped(Math.max(...recoveries))}`,
        figuresOf(rounds),
    ];
}
function auditOf(differences, broken, { isControl }) {
    if (differences > 0)
        return `${differences} differences`;
    if (broken > 0)
        return `${broken} broken`;
    return isControl ? 'loss noticed' : 'clean';
}
function figuresOf(rounds) {
    const names = [...new Set(rounds.flatMap(({ figures }) => Object.keys(figures)))];
    return names
        .map((name) => {
        const values = rounds.flatMap(({ figures }) => figures[name] ?? []);
        // Whether something was so in a round: in how many.
        if (values.every((value) => value === 0 || value === 1)) {
            return `${name} in ${values.filter((value) => value === 1).length} of ${values.length}`;
        }
        return `${name} ${grouped(median(values))} / ${grouped(Math.max(...values))}`;
    })
        .join('; ');
}
/** `text` with the table between its markers. Throws when it has none. */
export function withTable(text, table) {
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
    if (from < 0 || to < from)
        throw new Error(`there are no markers ${BEGIN} and ${END} to write between`);
    return `${text.slice(0, from + BEGIN.length)}\n${table}\n${text.slice(to)}`;
}
export function median(values) {
    const sorted = [...values].sort((left, right) => left - right);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
export function grouped(value) {
    return Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US');
}
//# sourceMappingURL=report.js.map
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
/** Parses strictly: a line of no known form, a sample without its metric and the same series twice are errors. */
export function parseMetrics(text) {
    const families = new Map();
    const seen = new Set();
    let help;
    for (const line of text.split('\n')) {
        if (line === '')
            continue;
        const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
        if (kind === 'HELP')
            help = [name, rest];
        else if (kind === 'TYPE') {
            if (help?.[0] !== name)
                throw new Error(`TYPE without HELP: ${line}`);
            if (families.has(name))
                throw new Error(`declared twice: ${name}`);
            families.set(name, { name: name, type: rest, help: help[1], samples: [] });
        }
        else {
            const sample = parseSample(line);
            const series = line.slice(0, line.lastIndexOf(' '));
            if (seen.has(series))
                throw new Error(`series twice: ${series}`);
            seen.add(series);
            const family = families.get(sample.name) ?? families.get(sample.name.replace(/_(bucket|sum|count)$/, ''));
            if (family === undefined)
                throw new Error(`a sample of no metric: ${line}`);
            family.samples.push(sample);
        }
    }
    return families;
}
function parseSample(line) {
    const [, name, labelText = '', value] = SAMPLE.exec(line) ?? [];
    if (name === undefined)
        throw new Error(`not a sample: ${line}`);
    const labels = {};
    for (const [, label, text] of labelText.matchAll(LABEL))
        labels[label] = text;
    return { name, labels, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) };
}
/** Value of the one series with exactly these labels; `undefined` when there is none. */
export function sampleValue(families, name, labels = {}) {
    const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
    return family?.samples.find((sample) => sample.name === name &&
        Object.keys(sample.labels).length === Object.keys(labels).length &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value;
}
//# sourceMappingURL=prometheus.js.map
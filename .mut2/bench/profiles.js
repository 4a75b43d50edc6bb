import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { table } from './report.js';
const ROWS = 25;
/** The functions each thread of the engine spent most time in itself, from the profiles in `directory`. */
export function profileTables(directory, markdown) {
    const files = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
    return files.map((name) => tableOf(join(directory, name), markdown)).join('\n\n');
}
function tableOf(file, markdown) {
    const profile = JSON.parse(readFileSync(file, 'utf8'));
    const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
    const spent = new Map();
    let busy = 0;
    for (const [index, node] of profile.samples.entries()) {
        const name = names.get(node) ?? '?';
        if (name === '(idle)')
            continue;
        const microseconds = profile.timeDeltas[index] ?? 0;
        busy += microseconds;
        spent.set(name, (spent.get(name) ?? 0) + microseconds);
    }
    const rows = [...spent]
        .sort((a, b) => b[1] - a[1])
        .slice(0, ROWS)
        .map(([name, time]) => [name, (time / 1000).toFixed(0), `${((time / busy) * 100).toFixed(1)} %`]);
    return table([`${basename(file)}: ${(busy / 1e6).toFixed(1)} s busy`, 'ms itself', 'share'], rows, markdown);
}
function nameOf(frame) {
    const file = frame.url.split('/').slice(-2).join('/');
    return file === ''
        ? frame.functionName || '(native)'
        : `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`;
}
//# sourceMappingURL=profiles.js.map
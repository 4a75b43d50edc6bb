import { writeFileSync } from 'node:fs';
import { deadlineGates, measureDeadlines } from './deadlines.js';
import { findLoadClient } from './load.js';
import { measureMemory, memoryGates } from './memory.js';
import { parseOptions, USAGE } from './options.js';
import { profileTables } from './profiles.js';
import { distribution, gateLines, grouped, machineLine, table } from './report.js';
import { passes } from './targets.js';
import { measureThroughput } from './throughput.js';
import { stageTable, throughputGates, throughputTable } from './throughput-report.js';
/** Runs what `argv` asks for and prints it. Answers the exit code: 1 when `--gate` is given and a target missed. */
export async function runBench(argv) {
    let options;
    try {
        options = parseOptions(argv);
    }
    catch (error) {
        print(`${error.message}\n\n${USAGE}`);
        return 2;
    }
    if (options === undefined) {
        print(USAGE);
        return 0;
    }
    const client = findLoadClient();
    print(`${machineLine(client.name)}, ${options.connections} connections\n`);
    const results = {};
    const gates = [];
    for (const benchmark of options.benchmarks) {
        gates.push(...(await run(benchmark, options, client, results)));
    }
    if (options.profile !== undefined)
        print(`${profileTables(options.profile, options.markdown)}\n`);
    print(gateLines(gates).join('\n'));
    if (options.json !== undefined)
        writeJson(options.json, options, client, results, gates);
    return options.gate && !gates.every(passes) ? 1 : 0;
}
async function run(benchmark, options, client, results) {
    switch (benchmark) {
        case 'throughput': {
            print('Defining 10,000 SKUs and warming up, about a minute');
            const measurements = await measureThroughput(options, client, printMeasurement);
            results.throughput = measurements.filter((measurement) => measurement.round > 0);
            print(`\n${throughputTable(results.throughput, options.markdown)}\n`);
            print(`${stageTable(results.throughput, options.markdown)}\n`);
            return throughputGates(results.throughput);
        }
        case 'memory':
            results.memory = await measureMemory(options, client);
            print(`${memoryTable(results.memory, options.markdown)}\n`);
            return memoryGates(results.memory);
        case 'deadlines':
            results.deadlines = await measureDeadlines(options, client);
            print(deadlineText(results.deadlines));
            return deadlineGates(results.deadlines);
    }
}
function printMeasurement(measurement) {
    const drained = measurement.drainSeconds;
    const parts = [
        `round ${measurement.round}`,
        measurement.measure.padEnd(13),
        `${grouped(measurement.perSecond).padStart(8)} a second`,
        `p99 ${measurement.p99Ms.toFixed(1)} ms`,
    ];
    if (measurement.otherShare > 0)
        parts.push(`${(measurement.otherShare * 100).toFixed(2)} % answered otherwise`);
    if (drained !== undefined)
        parts.push(`drained in ${drained.toFixed(1)} s`);
    if (measurement.disagreement !== '')
        parts.push(`COUNTED WRONG: ${measurement.disagreement}`);
    print(parts.join('  '));
}
function memoryTable(figures, markdown) {
    const rows = [
        ['Redis bytes a live hold, all in', figures.bytesPerHold.toFixed(0)],
        ['  of which its event in the stream', figures.eventBytesPerHold.toFixed(0)],
        ...[...figures.byKey].map(([kind, bytes]) => [`  key :${kind}`, bytes.toFixed(0)]),
        [`engine, idle, MB`, (figures.engineBytesIdle / 1e6).toFixed(0)],
        [`engine with ${grouped(figures.engineHolds)} live holds, MB`, (figures.engineBytes / 1e6).toFixed(0)],
    ];
    return table([`memory at ${grouped(figures.holds)} live holds`, ''], rows, markdown);
}
function deadlineText(figures) {
    return [
        `back on sale after the deadline, at rest:     ${distribution(figures.expiryRestMs)}`,
        `back on sale after the deadline, under load:  ${distribution(figures.expiryLoadMs)}`,
        `last refusal after opensAt:                   ${distribution(figures.openingMs)}`,
        `holds given before opensAt:                   ${figures.earlySales}\n`,
    ].join('\n');
}
function writeJson(file, options, client, results, gates) {
    const document = { client: client.name, node: process.versions.node, options, results, gates };
    const plain = (_, value) => value instanceof Map ? Object.fromEntries(value) : value;
    writeFileSync(file, `${JSON.stringify(document, plain, 2)}\n`);
}
function print(text) {
    process.stdout.write(`${text}\n`);
}
//# sourceMappingURL=main.js.map
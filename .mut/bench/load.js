import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { autocannonClient } from './autocannon.js';
import { processorTimeOf } from './processor-time.js';
// Not compiled, so beside the source and not in dist/.
const SCRIPT = fileURLToPath(new URL('../../bench/wrk/holds.lua', import.meta.url));
const SAMPLE_MS = 100;
/** Wrk when it is installed, otherwise autocannon. */
export function findLoadClient() {
    try {
        const version = /wrk \S+/.exec(wrkVersion())?.[0] ?? 'wrk';
        return { name: version, run: runWrk };
    }
    catch {
        return autocannonClient;
    }
}
function wrkVersion() {
    try {
        return execFileSync('wrk', ['-v'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    }
    catch (error) {
        // wrk -v prints its version and exits 1.
        const output = error.stdout;
        if (output === undefined || !output.includes('wrk'))
            throw error;
        return output;
    }
}
async function runWrk(load) {
    const child = spawn('wrk', [
        ...[
            `-t${load.threads}`,
            `-c${load.connections}`,
            `-d${load.seconds}s`,
            '--timeout',
            '10s',
            '-s',
            SCRIPT,
        ],
        ...[load.url, '--', load.path, load.skuPrefix, String(load.skus), load.tag, String(load.buyers)],
    ], { stdio: ['ignore', 'pipe', 'pipe'] });
    let clientNanoseconds = 0;
    const sampler = setInterval(() => {
        clientNanoseconds = Math.max(clientNanoseconds, child.pid === undefined ? 0 : processorTimeOf(child.pid));
    }, SAMPLE_MS);
    const output = await outputOf(child).finally(() => clearInterval(sampler));
    const line = /^RESULT (.*)$/m.exec(output)?.[1];
    if (line === undefined)
        throw new Error(`wrk gave no result:\n${output}`);
    const result = JSON.parse(line);
    return {
        requests: result.requests,
        seconds: result.durationMicroseconds / 1e6,
        statusErrors: result.statusErrors,
        socketErrors: result.socketErrors,
        timeouts: result.timeouts,
        p50Ms: result.p50Microseconds / 1000,
        p99Ms: result.p99Microseconds / 1000,
        clientProcessorSeconds: clientNanoseconds / 1e9,
    };
}
async function outputOf(child) {
    const kill = () => {
        child.kill('SIGTERM');
    };
    process.once('exit', kill);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
    });
    await new Promise((resolve, reject) => {
        child.once('close', resolve);
        child.once('error', reject);
    });
    process.removeListener('exit', kill);
    return output;
}
//# sourceMappingURL=load.js.map
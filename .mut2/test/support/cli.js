import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
export function startCli(t, command, args, environment = {}) {
    const script = fileURLToPath(new URL(`../../src/cli/${command}.js`, import.meta.url));
    const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment } });
    t.teardown(() => child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
        stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
        stderr += chunk;
    });
    const ended = new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    return { ended, stderr: () => stderr, interrupt: () => child.kill('SIGINT') };
}
export function runCli(t, command, args, environment = {}) {
    return startCli(t, command, args, environment).ended;
}
//# sourceMappingURL=cli.js.map
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
const SOURCE = fileURLToPath(new URL('../../../../test/faults/power-cut/shim.c', import.meta.url));
let compiled;
/** Why power cuts cannot be made on this machine; undefined when they can. */
export function powerCutsNeed() {
    if (process.platform !== 'linux')
        return 'power cuts are made with LD_PRELOAD and /proc, which only Linux has';
    if (spawnSync('cc', ['--version']).status === 0)
        return undefined;
    return 'power cuts need a C compiler: apt-get install gcc libc6-dev';
}
/** The shim as a shared object, compiled at the first call and removed when this process ends. */
export function powerCutShim() {
    if (compiled !== undefined)
        return compiled;
    const need = powerCutsNeed();
    if (need !== undefined)
        throw new Error(need);
    const directory = mkdtempSync(join(tmpdir(), 'power-cut-of-holdfast-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    const library = join(directory, 'shim.so');
    const { status, stderr } = spawnSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl'], { encoding: 'utf8' });
    if (status !== 0)
        throw new Error(`${SOURCE} does not compile (is libc6-dev installed?):\n${stderr}`);
    compiled = library;
    return library;
}
/** Environment for a redis-server whose power may be cut. */
export function withPowerCuts() {
    return { LD_PRELOAD: powerCutShim() };
}
//# sourceMappingURL=shim.js.map
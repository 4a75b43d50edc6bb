import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, {} from 'tap';
import { temporaryDirectory } from '../support/directories.js';
const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** A small checkout around the real bootstrap, the real lock file and the real packages. */
function checkout(t) {
    const root = temporaryDirectory(t, 'checkout');
    const path = (name) => join(root, name);
    const write = (name, text) => {
        mkdirSync(dirname(path(name)), { recursive: true });
        writeFileSync(path(name), text);
    };
    mkdirSync(path('src/cli'), { recursive: true });
    copyFileSync(join(ROOT, 'src/cli/bootstrap.mjs'), path('src/cli/bootstrap.mjs'));
    for (const name of ['package-lock.json', 'package.json'])
        copyFileSync(join(ROOT, name), path(name));
    symlinkSync(join(ROOT, 'node_modules'), path('node_modules'));
    const compilerOptions = {
        module: 'NodeNext',
        rootDir: '.',
        outDir: 'dist',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src', 'test'] }));
    write('src/cli/audit.ts', 'console.log(JSON.stringify(process.argv.slice(2)));\nexport {};\n');
    const run = (...args) => spawnSync(process.execPath, [path('src/cli/bootstrap.mjs'), ...args], { encoding: 'utf8' });
    return { path, write, run };
}
t.test('builds when a source changed, says so, and hands the arguments on', (t) => {
    const { run, write } = checkout(t);
    const first = run('audit', 'phone-1', '--all');
    t.equal(first.stderr, 'Building…\n');
    t.equal(first.stdout, '["phone-1","--all"]\n');
    t.equal(first.status, 0);
    t.equal(run('audit').stderr, '', 'nothing to do, nothing to say');
    write('src/cli/audit.ts', 'process.exitCode = 7;\nexport {};\n');
    const changed = run('audit');
    t.equal(changed.stderr, 'Building…\n');
    t.equal(changed.status, 7);
    t.end();
});
t.test('what was compiled from a source that is gone goes too', (t) => {
    const { path, run, write } = checkout(t);
    write('test/old.test.ts', 'export const old = 1;\n');
    run('build');
    t.ok(existsSync(path('dist/test/old.test.js')));
    rmSync(path('test/old.test.ts'));
    run('build');
    t.notOk(existsSync(path('dist/test/old.test.js')));
    t.ok(existsSync(path('dist/src/cli/audit.js')));
    t.end();
});
t.test('a compile error is shown, ends with 1, and is not taken for a build', (t) => {
    const { run, write } = checkout(t);
    write('src/broken.ts', 'export const broken: number = "text";\n');
    for (const attempt of ['first', 'second']) {
        const { status, stderr } = run('audit');
        t.equal(status, 1, attempt);
        t.match(stderr, /src\/broken.ts\(1,14\): error TS2322/);
    }
    write('src/broken.ts', 'export const mended = "text";\n');
    t.equal(run('audit').status, 0);
    t.end();
});
t.test('a set-up that was killed does not keep the next one waiting', (t) => {
    const { run, write } = checkout(t);
    write('.holdfast-setup.lock', String(2 ** 22 + 1));
    t.equal(run('build').status, 0);
    t.end();
});
t.test('--help lists every command that npm knows, and an unknown one is an error', (t) => {
    const { run } = checkout(t);
    const help = run('--help');
    t.equal(help.status, 0);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const [name, script] of Object.entries(scripts)) {
        if (script.includes('bootstrap.mjs'))
            t.match(help.stdout, new RegExp(`^  ${name} `, 'm'));
    }
    const unknown = run('nothing');
    t.equal(unknown.status, 1);
    t.match(unknown.stderr, /^There is no command "nothing"\./);
    t.end();
});
//# sourceMappingURL=bootstrap.test.js.map
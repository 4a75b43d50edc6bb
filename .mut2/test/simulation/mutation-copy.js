import { spawn } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../support/directories.js';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** A file or text that is not there any more: the mutation has to be written anew. */
export class StaleMutation extends Error {
    name = 'StaleMutation';
}
/**
 * The built project in a folder of its own, made of hard links, so that one file of it can be another: neither this process
 * nor any test beside it sees the change.
 */
export class PrivateCopy {
    #directory;
    #t;
    /** Throws `StaleMutation` when the text is not in the file exactly once. */
    constructor(t, changes) {
        this.#t = t;
        this.#directory = temporaryDirectory(t, 'mutation');
        for (const folder of ['dist', 'lua', 'src/ledger'])
            this.#link(folder);
        linkOrCopy(join(ROOT, 'package.json'), join(this.#directory, 'package.json'));
        symlinkSync(join(ROOT, 'node_modules'), join(this.#directory, 'node_modules'));
        for (const change of changes)
            this.#change(change);
    }
    /** Runs a script of the copy, by its path from the root. Killed after `limitMs`, and when the test ends. */
    run(script, args, environment, limitMs) {
        const child = spawn(process.execPath, [join(this.#directory, script), ...args], {
            cwd: this.#directory,
            env: { ...process.env, ...environment },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
        this.#t.teardown(() => child.kill('SIGKILL'));
        let output = '';
        const keep = (chunk) => {
            output += chunk;
        };
        child.stdout.setEncoding('utf8').on('data', keep);
        child.stderr.setEncoding('utf8').on('data', keep);
        return new Promise((resolve) => child.on('close', (code) => {
            clearTimeout(timer);
            resolve({ code, output });
        }));
    }
    /** Frees the disk before the test ends: there are many copies. */
    remove() {
        rmSync(this.#directory, { recursive: true, force: true });
    }
    /** All files of a folder but what only a compiler or a debugger reads. */
    #link(folder) {
        for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })) {
            if (!entry.isFile() || /\.(ts|map|tsbuildinfo)$/.test(entry.name))
                continue;
            const path = join(entry.parentPath, entry.name);
            const target = join(this.#directory, relative(ROOT, path));
            mkdirSync(dirname(target), { recursive: true });
            linkOrCopy(path, target);
        }
    }
    #change({ file, from, to }) {
        const target = join(this.#directory, file);
        const text = readFileSync(target, 'utf8');
        const found = text.split(from).length - 1;
        if (found !== 1) {
            throw new StaleMutation(`${file} has the text ${JSON.stringify(from)} ${found} times, not once: the code has changed. Give the mutation in ` +
                'test/simulation/mutations.ts the text that is the safeguard now.');
        }
        // The link is to the real file: it must not be written through.
        rmSync(target);
        writeFileSync(target, text.replace(from, () => to));
    }
}
/** Links do not reach from one file system to another. */
function linkOrCopy(source, target) {
    try {
        linkSync(source, target);
    }
    catch {
        copyFileSync(source, target);
    }
}
//# sourceMappingURL=mutation-copy.js.map
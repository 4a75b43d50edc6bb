import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { buildLibrary } from '../../src/stock/library.js';
import { ReplyCode } from '../../src/stock/reply-codes.js';
const ROOT = fileURLToPath(new URL('../../../lua/', import.meta.url));
const operations = readdirSync(`${ROOT}operations`);
t.test('every operation is one file that says what it takes, answers, writes and costs', async (t) => {
    for (const file of operations) {
        const name = file.replace('.lua', '');
        const text = readFileSync(`${ROOT}operations/${file}`, 'utf8');
        t.ok(text.startsWith(`-- ${name}: `), `${file} begins with its name and purpose`);
        for (const part of ['KEYS', 'ARGV', 'Answer', 'Events', 'Cost', 'Memory'])
            t.match(text, new RegExp(`^-- ${part}\\b`, 'm'), `${file} tells its ${part}`);
        t.equal(text.match(/^register\('(\w+)'/m)?.[1], name, `${file} registers ${name} and only that`);
        const isAllowed = /-- Memory +allow-oom/.test(text);
        t.equal(text.includes("'allow-oom'"), isAllowed, `${file} does what it says at maxmemory`);
    }
});
t.test('the name of the library and of its functions changes with the source', async (t) => {
    const library = buildLibrary();
    const other = buildLibrary({ clock: 'local function read_clock() return 1 end' });
    t.equal(buildLibrary().name, library.name);
    t.not(other.name, library.name);
    t.match(library.name, /^holdfast_[0-9a-f]{12}$/);
    t.equal(library.functionName('hold'), `${library.name}_hold`);
    t.ok(library.source.startsWith(`#!lua name=${library.name}\n`));
});
t.test('the codes of the scripts and of the engine are the same list', async (t) => {
    const text = readFileSync(`${ROOT}library/reply.lua`, 'utf8').split('local EVENT_VERSION')[0];
    const numbers = [...text.matchAll(/^local [A-Z_, ]+ = ([\d, ]+)$/gm)].flatMap((match) => match[1].split(', ').map(Number));
    t.same(numbers.sort((a, b) => a - b), Object.values(ReplyCode).sort((a, b) => a - b));
});
//# sourceMappingURL=library.test.js.map
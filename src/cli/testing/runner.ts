import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Exit, exitOf } from '../../services/processes.js';
import type { Migrations } from './migrations.js';
import { type FileResult, readTap } from './tap.js';

const GRACE_MS = 5_000;
const ERROR_CHARACTERS_MAX = 16 * 1024;

/** How to run test files. */
export interface RunOptions {
  readonly root: string;
  /** Compiled test files, relative to the root. */
  readonly files: readonly string[];
  /** Files at the same time. */
  readonly jobs: number;
  /** A file that takes longer is ended and counts as failed. */
  readonly timeoutMs: number;
  /** Files that run many processes one after another, which may take four times as long. */
  readonly longFiles?: RegExp;
  /** What an ended file has to say its last words before it is killed; default 5,000 ms. */
  readonly graceMs?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the running files and starts no more. */
  readonly interrupted: AbortSignal;
  readonly onFile: (report: FileReport) => void;
}

/** What came out of one file. */
export interface FileReport extends FileResult {
  readonly file: string;
  readonly seconds: number;
  readonly exit: Exit;
  readonly timedOut: boolean;
  /** The newest of what it wrote to stderr. */
  readonly errorText: string;
  /** In a run on moving clusters. */
  readonly migrations?: Migrations;
}

/**
 * Runs each file in a Node process of its own, as a person would by hand. Not with the `tap` command: it loads hooks into
 * every process that a test starts, also into the engine, and what is tested would not be what runs in production.
 */
export async function runTestFiles(options: RunOptions): Promise<void> {
  const waiting = [...options.files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      if (options.interrupted.aborted) return;
      options.onFile(await runFile(file, options));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
}

async function runFile(file: string, options: RunOptions): Promise<FileReport> {
  const begin = performance.now();
  const timeoutMs = options.longFiles?.test(file) === true ? 4 * options.timeoutMs : options.timeoutMs;
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: options.root,
    // tap's own limit comes first, because tap can say which test it was in.
    env: {
      ...process.env,
      ...options.environment,
      TAP: '1',
      TAP_TIMEOUT: String(Math.ceil(timeoutMs / 1000)),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: Ctrl-C comes from here as one SIGTERM, after which tap says which test it was in.
    detached: true,
  });
  const graceMs = options.graceMs ?? GRACE_MS;
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errorText = (errorText + chunk).slice(-ERROR_CHARACTERS_MAX);
  });
  const exited = exitOf(child);
  let timedOut = false;
  const end = (): void => void endFile(child, exited, graceMs);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs + graceMs);
  options.interrupted.addEventListener('abort', end);
  // Not its end of output: a process that it left behind may hold that open for ever.
  const result = readTap(child.stdout, exited);
  const exit = await exited;
  clearTimeout(timer);
  options.interrupted.removeEventListener('abort', end);
  const seconds = (performance.now() - begin) / 1000;
  return { ...(await result), file, seconds, exit, timedOut, errorText };
}

async function endFile(child: ChildProcess, exited: Promise<Exit>, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const still = delay(graceMs, 'still', { ref: false });
  if ((await Promise.race([exited, still])) === 'still') child.kill('SIGKILL');
}

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitOf } from '../../services/processes.js';
import { reportTap, type Tally } from './report.js';

const KILL_AFTER_MS = 15_000;

/** One run of tap. */
export interface TapRun {
  /** Compiled test files, relative to the root. */
  readonly files: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function tapProgram(root: string): string {
  return join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
}

/**
 * Builds tap's test class without its TypeScript plugin, once for each install. Left to itself tap notices the
 * difference during the first run, rebuilds, and goes on with the old class, which fails every file.
 */
export function buildTap(root: string): void {
  const stamp = join(root, 'node_modules', '.holdfast-tap');
  if (existsSync(stamp)) return;
  const result = spawnSync(process.execPath, [tapProgram(root), 'build'], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`tap could not be built:\n${result.stdout}${result.stderr}`);
  writeFileSync(stamp, '');
}

/** How a run of tap ended. */
export interface TapResult extends Tally {
  /** 1 when a signal ended it. */
  readonly exitCode: number;
}

/**
 * Runs tap over the files, printing as they end. Ctrl-C ends tap and this returns, so that the caller can still clean
 * up.
 */
export async function runTap(root: string, run: TapRun, print: (line: string) => void): Promise<TapResult> {
  const child = spawn(
    process.execPath,
    [tapProgram(root), 'run', '--reporter=tap', ...run.args, ...run.files],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...run.environment } },
  );
  let killTimer: NodeJS.Timeout | undefined;
  const interrupt = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    killTimer ??= setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const [exit, tally] = await Promise.all([exitOf(child), reportTap(child.stdout, print)]);
    return { ...tally, exitCode: exit.code ?? 1 };
  } finally {
    clearTimeout(killTimer);
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}

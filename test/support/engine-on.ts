import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Exit, exitOf } from '../../src/services/processes.js';
import { freshDatabase } from './postgres.js';
import { until } from './until.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const LOG_LINES_MAX = 20_000;

/** An engine running as a process of its own, the way production runs it. */
export interface RunningEngine {
  /** Like `http://127.0.0.1:40001`, without a slash at the end. */
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
  readonly process: ChildProcess;
  /** What the process wrote so far, its newest 20,000 lines. */
  logs(): string;
  /** SIGTERM, and waits for the exit; SIGKILL after `graceMs` (default 15,000). Repeating answers the same. */
  stop(graceMs?: number): Promise<Exit>;
}

interface Ready {
  readonly kind: 'ready';
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
}

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'ready';
}

/** The engine's settings, with the Redis that the test has made for it. */
export interface Environment extends Readonly<Record<string, string>> {
  readonly REDIS_URL: string;
}

/**
 * Starts `dist/src/main.js` on the Redis of `environment` and waits until it serves. `environment` is added to (and wins over) free
 * ports, `AUTH=off` and a fresh database, which is only made when `DATABASE_URL` is not given. Throws with the log when the engine
 * exits or is not ready in time. Most tests want `startEngine`, which makes a Redis too.
 */
export async function startEngineOn(t: Test, environment: Environment): Promise<RunningEngine> {
  const databaseUrl = environment.DATABASE_URL ?? (await freshDatabase(t));
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      ADMIN_PORT: '0',
      AUTH: 'off',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = exitOf(child);
  const lines = collectLines(child);
  const stop = async (graceMs = 15_000): Promise<Exit> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  t.teardown(() => stop());
  const ready = await waitUntilReady(child, lines);
  return {
    storefrontUrl: ready.storefrontUrl,
    operationsUrl: ready.operationsUrl,
    process: child,
    logs: () => lines.join(''),
    stop,
  };
}

function collectLines(child: ChildProcess): readonly string[] {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      chunks.push(chunk);
      if (chunks.length > LOG_LINES_MAX) chunks.shift();
    });
  }
  return chunks;
}

async function waitUntilReady(child: ChildProcess, lines: readonly string[]): Promise<Ready> {
  let ready: Ready | undefined;
  let exit: Exit | undefined;
  child.on('message', (message) => {
    if (isReady(message)) ready = message;
  });
  void exitOf(child).then((value) => {
    exit = value;
  });
  await until(() => ready !== undefined || exit !== undefined, {
    timeoutMs: 30_000,
    what: `ready; the engine wrote:\n${lines.join('')}`,
  }).catch((error: unknown) => {
    throw new Error(`the engine was not ready in time; it wrote:\n${lines.join('')}`, { cause: error });
  });
  if (ready === undefined) {
    throw new Error(
      `the engine ended (${exit?.code ?? exit?.signal}) before it was ready:\n${lines.join('')}`,
    );
  }
  return ready;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { endWithUs } from '../src/services/processes.js';

const READY_MS = 60_000;
const STOP_MS = 30_000;
const OUTPUT_CHARACTERS_MAX = 8000;

/** A server process that said that it is ready, and what it said. */
export interface StartedChild {
  readonly pid: number;
  readonly ready: Readonly<Record<string, unknown>>;
  /** SIGTERM, then SIGKILL after half a minute; waits until it is gone. Repeating does nothing. */
  stop(): Promise<void>;
}

/** What is started while everything ends is ended in the next turn; there is little of it. */
const STOP_TURNS_MAX = 10;

const running = new Set<() => Promise<void>>();
let isEnding = false;

/** Ends everything that was registered here and still runs, and lets nothing new start; for Ctrl-C. */
export async function stopEverything(): Promise<void> {
  isEnding = true;
  for (let turn = 0; turn < STOP_TURNS_MAX && running.size > 0; turn += 1) {
    await Promise.allSettled([...running].map((stop) => stop()));
  }
}

/** Throws after `stopEverything`: what starts then would outlive it, and what fails then failed because of it. */
export function throwIfEnding(): void {
  if (isEnding) throw new Error('everything is being ended');
}

/** Makes `stop` part of `stopEverything` until it was called. Answers the function to call instead of it. */
export function stoppable(stop: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined;
  const once = (): Promise<void> => {
    running.delete(once);
    // Whoever comes second waits too: what a server needs must not end before it.
    ended ??= stop();
    return ended;
  };
  running.add(once);
  return once;
}

/**
 * Starts Node with `args` and waits for its message `{kind: 'ready', …}`. `isShielded`: Ctrl-C at a terminal, which goes to all of
 * its group, does not reach it. Throws with what it wrote when it ends before or is not ready within a minute.
 */
export async function startChild(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { isShielded = false } = {},
): Promise<StartedChild> {
  throwIfEnding();
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: isShielded,
  });
  if (child.pid !== undefined) child.once('exit', endWithUs(child.pid, 'SIGTERM'));
  const stop = stoppable(() => endChild(child));
  try {
    const ready = await readyMessage(child);
    return { pid: child.pid!, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readyMessage(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  let written = '';
  let ready = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      // Warnings of a running server belong on the terminal: they explain odd figures.
      if (ready) process.stderr.write(chunk);
      else written = (written + chunk).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  return await new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      clearTimeout(timer);
      reject(new Error(`${what}; it wrote:\n${written}`));
    };
    const timer = setTimeout(() => fail('a server was not ready in time'), READY_MS);
    child.once('error', (error) => fail(`a server could not be started (${error.message})`));
    child.once('exit', (code, signal) => fail(`a server ended (${code ?? signal}) before it was ready`));
    child.on('message', (message: Record<string, unknown>) => {
      if (message.kind !== 'ready') return;
      ready = true;
      clearTimeout(timer);
      resolve(message);
    });
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

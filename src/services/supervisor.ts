import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineLog } from './engine-log.js';
import { recordIdentity, removeIdentity } from './process-identity.js';
import { type Exit, endWithUs, exitOf, sendSignal } from './processes.js';
import { type RestartLimit, restartLimit } from './restart-limit.js';

/** Where a running engine serves. */
export interface EngineUrls {
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
}

/** How to run and watch an engine process. */
export interface SupervisorOptions {
  /** Path of the compiled `main.js`. */
  readonly main: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: EngineLog;
  /** File that says which process the engine is, so that the next start finds one that outlived us. */
  readonly identityFile: string;
  /** The engine's own limit for its shutdown, ms. */
  readonly drainMs: number;
  /** Added to that before it is killed, because it may be writing its last line; default 5,000 ms. */
  readonly graceMs?: number;
  /** How often and when it is started again; default: a few times a minute, each later than the one before. */
  readonly restarts?: RestartLimit;
  readonly note: (line: string) => void;
  /** Called at the first ready and after every restart. */
  readonly onReady: (urls: EngineUrls) => void;
}

/** The engine as a child process that is started again when it dies unexpectedly. */
export interface Supervisor {
  /** Resolves to the exit code for the whole command once the engine is gone for good. */
  readonly finished: Promise<number>;
  /** One SIGTERM, however often it is called; SIGKILL when the drain takes longer than promised. */
  stop(): void;
  /** SIGKILL at once. */
  kill(): void;
}

function isReady(message: unknown): message is EngineUrls & { readonly kind: 'ready' } {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'ready';
}

/** Starts the engine and looks after it until `stop`, `kill`, or until it died too often. */
export function superviseEngine(options: SupervisorOptions): Supervisor {
  const limit = options.restarts ?? restartLimit();
  const interrupted = new AbortController();
  let child: ChildProcess | undefined;
  let killTimer: NodeJS.Timeout | undefined;

  const run = async (): Promise<number> => {
    for (let served = false; ; ) {
      child = startEngineProcess(options);
      child.on('message', (message) => {
        if (!isReady(message)) return;
        served = true;
        options.onReady(message);
      });
      const exit = await exitOf(child);
      if (interrupted.signal.aborted) return exit.code === 0 || killTimer === undefined ? 0 : 1;
      // Before it ever served the reason is a setting or a store, and would be the same the next time.
      if (!served) return failed(options, `The engine could not start (${describe(exit)}).`);
      const waitMs = limit.next(Date.now());
      if (waitMs === undefined) return failed(options, `The engine keeps ending (${describe(exit)}).`);
      options.note(`The engine ended unexpectedly (${describe(exit)}): starting it again in ${waitMs} ms.`);
      await delay(waitMs, undefined, { signal: interrupted.signal }).catch(() => undefined);
      if (interrupted.signal.aborted) return 0;
    }
  };

  const kill = (): void => {
    interrupted.abort();
    if (child?.pid !== undefined && child.exitCode === null) sendSignal(child.pid, 'SIGKILL');
  };
  const finished = run().finally(() => clearTimeout(killTimer));
  return {
    finished,
    kill,
    stop: () => {
      if (interrupted.signal.aborted) return;
      interrupted.abort();
      if (child?.pid === undefined || child.exitCode !== null) return;
      sendSignal(child.pid, 'SIGTERM');
      killTimer = setTimeout(kill, options.drainMs + (options.graceMs ?? 5_000));
    },
  };
}

function startEngineProcess(options: SupervisorOptions): ChildProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', options.main], {
    env: options.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own session: Ctrl-C reaches this process only, which passes it on as one SIGTERM.
    detached: true,
  });
  child.stdout?.on('data', (chunk: Buffer) => options.log.write(chunk));
  child.stderr?.on('data', (chunk: Buffer) => options.log.write(chunk));
  if (child.pid !== undefined) {
    const forget = endWithUs(child.pid, 'SIGTERM');
    recordIdentity(options.identityFile, child.pid);
    child.once('exit', () => {
      forget();
      removeIdentity(options.identityFile);
    });
  }
  return child;
}

function describe(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code}`;
}

function failed(options: SupervisorOptions, sentence: string): number {
  options.note(sentence);
  return 1;
}

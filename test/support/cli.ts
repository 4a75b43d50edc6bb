import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of `dist/src/cli/` as a process of its own; killed when the test ends. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** What it wrote there so far. */
  readonly stderr: () => string;
  /** Ctrl-C. */
  interrupt(): void;
}

export function startCli(t: Test, command: string, args: readonly string[], environment = {}): Running {
  const script = fileURLToPath(new URL(`../../src/cli/${command}.js`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...environment } });
  t.teardown(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { ended, stderr: () => stderr, interrupt: () => child.kill('SIGINT') };
}

export function runCli(t: Test, command: string, args: readonly string[], environment = {}): Promise<Ended> {
  return startCli(t, command, args, environment).ended;
}

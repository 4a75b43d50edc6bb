import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stoppable, throwIfEnding } from './children.js';
import type { Load, LoadClient, LoadResult } from './load.js';
import { processorTimeOf } from './processor-time.js';
import { writeSignatures } from './signing.js';

const SAMPLE_MS = 100;

/** Undefined where wrk is not installed. */
export function findWrk(): LoadClient | undefined {
  const version = wrkVersion();
  return version === undefined ? undefined : { name: /wrk \S+/.exec(version)?.[0] ?? 'wrk', run: runWrk };
}

function wrkVersion(): string | undefined {
  try {
    return execFileSync('wrk', ['-v'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // wrk -v prints its version and exits 1.
    const output = (error as { stdout?: string }).stdout;
    return output?.includes('wrk') === true ? output : undefined;
  }
}

async function runWrk(load: Load): Promise<LoadResult> {
  if (load.signing === undefined) {
    const { distribution = 'even', pauseMs = 0 } = load;
    return await runScript(load, 'holds.lua', [distribution, String(pauseMs)]);
  }
  const directory = mkdtempSync(join(tmpdir(), 'signatures-of-holdfast-'));
  try {
    const file = join(directory, 'signatures');
    const timestamp = writeSignatures(file, load, load.signing);
    const ofSigning = [load.signing.keyId, String(timestamp), file, String(load.threads)];
    return await runScript(load, 'signed-holds.lua', ofSigning);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runScript(load: Load, script: string, more: readonly string[]): Promise<LoadResult> {
  const how = [`-t${load.threads}`, `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s'];
  // Not compiled, so beside the source and not in dist/.
  const path = fileURLToPath(new URL(`../../bench/wrk/${script}`, import.meta.url));
  const what = [load.path, load.skuPrefix, String(load.skus), load.tag, String(load.buyers), ...more];
  throwIfEnding();
  const child = spawn('wrk', [...how, '-s', path, load.url, '--', ...what], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let clientNanoseconds = 0;
  const sampler = setInterval(() => {
    clientNanoseconds = Math.max(clientNanoseconds, child.pid === undefined ? 0 : processorTimeOf(child.pid));
  }, SAMPLE_MS);
  const output = await outputOf(child).finally(() => clearInterval(sampler));
  return resultIn(output, clientNanoseconds / 1e9);
}

function resultIn(output: string, clientProcessorSeconds: number): LoadResult {
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`wrk gave no result:\n${output}`);
  const result = JSON.parse(line) as Record<string, number>;
  if ((result.exhausted ?? 0) > 0) {
    throw new Error(
      'the signed requests made beforehand were used up: raise SIGNED_PER_SECOND_MAX in bench/signing.ts',
    );
  }
  return {
    requests: result.requests!,
    seconds: result.durationMicroseconds! / 1e6,
    statusErrors: result.statusErrors!,
    socketErrors: result.socketErrors!,
    timeouts: result.timeouts!,
    p50Ms: result.p50Microseconds! / 1000,
    p99Ms: result.p99Microseconds! / 1000,
    clientProcessorSeconds,
  };
}

async function outputOf(child: ChildProcess): Promise<string> {
  const kill = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', kill);
  const ended = stoppable(async () => kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  try {
    await new Promise((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', reject);
    });
  } finally {
    process.removeListener('exit', kill);
    await ended();
  }
  return output;
}

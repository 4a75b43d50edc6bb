import { readFileSync } from 'node:fs';
import type { DependencyState, Readiness } from '../../../src/domain/ports.js';
import { parseMetrics, sampleValue } from '../../support/prometheus.js';
import { until } from '../../support/until.js';
import type { EngineProcess } from '../engine-process.js';
import { now } from '../load/counts.js';
import type { Round, RunOptions } from '../scenario.js';

/** Long for a look that is taken once a second; it bounds the wait and is no promise. */
const SEEN_WITHIN_MS = 15_000;
const POLL_MS = 25;
const ASK_MS = 5000;

/** What somebody on call sees of an engine: `/readyz`, `/metrics` and the log. */
export class Operator {
  readonly #round: Round;
  readonly #engine: EngineProcess;

  constructor(round: Round, engine = round.stack.engine) {
    this.#round = round;
    this.#engine = engine;
  }

  async readiness(): Promise<Readiness> {
    const response = await fetch(`${this.#engine.operationsUrl}/readyz`, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    const readiness = (await response.json()) as Readiness;
    if ((response.status === 200) !== readiness.ready)
      this.#round.broken(`/readyz answered ${response.status} with ready ${readiness.ready}`);
    return readiness;
  }

  async dependency(name: string): Promise<DependencyState> {
    return (await this.readiness()).dependencies[name] ?? { state: 'down', detail: 'is not shown' };
  }

  /** Waits until `/readyz` is as described; that it never becomes so is a broken promise. Answers whether it did. */
  async sees(what: string, is: (readiness: Readiness) => boolean): Promise<boolean> {
    let last = '';
    const look = async (): Promise<boolean> => {
      const readiness = await this.readiness();
      last = JSON.stringify(readiness);
      return is(readiness);
    };
    return await this.#expected(look, () => `/readyz never said that ${what}; it said ${last}`);
  }

  async seesReady(): Promise<boolean> {
    return await this.sees(
      'all is well',
      ({ ready, dependencies }) => ready && dependencies.redis?.state === 'ok',
    );
  }

  /** Not ready, and the named dependency is why. */
  async seesDown(name: string): Promise<boolean> {
    return await this.sees(
      `${name} is down`,
      ({ ready, dependencies }) => !ready && dependencies[name]?.state === 'down',
    );
  }

  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const response = await fetch(`${this.#engine.operationsUrl}/metrics`, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    return sampleValue(parseMetrics(await response.text()), name, labels) ?? Number.NaN;
  }

  async seesMetric(name: string, labels: Readonly<Record<string, string>>, value: number): Promise<boolean> {
    let last = Number.NaN;
    const look = async (): Promise<boolean> => {
      last = await this.metric(name, labels);
      return last === value;
    };
    return await this.#expected(
      look,
      () => `${name}${JSON.stringify(labels)} is ${last} and never became ${value}`,
    );
  }

  /** `from`: length of the log before the fault. */
  async seesInLog(text: string, from: number): Promise<boolean> {
    return await this.#expected(
      () => this.log().slice(from).includes(text),
      () => `the log never said ${JSON.stringify(text)}`,
    );
  }

  log(): string {
    return readFileSync(this.#engine.logFile, 'utf8');
  }

  /** Resident memory of the engine's process, bytes. */
  memoryBytes(): number {
    const status = readFileSync(`/proc/${this.#engine.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  }

  async #expected(look: () => boolean | Promise<boolean>, otherwise: () => string): Promise<boolean> {
    try {
      await until(look, { timeoutMs: SEEN_WITHIN_MS, pollMs: POLL_MS });
      return true;
    } catch {
      this.#round.broken(otherwise());
      return false;
    }
  }
}

/**
 * From here on everything works again: waits for the first hold that was asked for and accepted since, and notes how long that took.
 * The table's recovery counts from the fault, so it has the outage itself in it; this is what is left without it.
 */
export async function mended(round: Round, figure = 'ms to sell once mended'): Promise<void> {
  const at = now();
  round.mended();
  const accepted = await until(() => round.load.timeline.firstAcceptedAfter(at), {
    timeoutMs: 60_000,
    what: 'selling again',
  }).catch(() => undefined);
  if (accepted !== undefined) round.figure(figure, accepted - at);
}

/** Waits until so many more holds were accepted than now; that they never are is a broken promise. */
export async function sellsOn(round: Round, holds: number, while_: string): Promise<boolean> {
  const before = round.load.counts().accepted;
  try {
    await until(() => round.load.counts().accepted >= before + holds, {
      timeoutMs: SEEN_WITHIN_MS,
      pollMs: POLL_MS,
    });
    return true;
  } catch {
    const sold = round.load.counts().accepted - before;
    round.broken(`${while_}, only ${sold} holds were accepted in ${SEEN_WITHIN_MS / 1000} s`);
    return false;
  }
}

/** Outages take longer than kills and vary less: ten rounds where those make fifty, one in CI. */
export function fewRounds({ rounds, short }: RunOptions): number {
  return short ? 1 : Math.min(rounds, 10);
}

import type { HttpClient } from '../src/cli/http-client.js';

/** What the engine says of itself at one moment. Not a number where it did not say. */
export interface Observation {
  /** Seconds since the run began. */
  readonly at: number;
  readonly lagSeconds: number;
  readonly lagEvents: number;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly redisBytes: number;
  readonly busyShare: number;
  /** 1: what it acknowledges is on disk, as promised; 0: weaker, because somebody insisted. */
  readonly durable: number;
}

const METRICS = {
  lagSeconds: 'holdfast_ledger_lag_seconds',
  lagEvents: 'holdfast_ledger_lag_events',
  residentBytes: 'process_resident_memory_bytes',
  openFiles: 'process_open_fds',
  redisBytes: 'holdfast_redis_memory_used_bytes',
  busyShare: 'holdfast_main_thread_busy_ratio',
  durable: 'holdfast_durability_ok',
} as const satisfies Record<Exclude<keyof Observation, 'at'>, string>;

const EVERY_MS = 1000;
const OBSERVATIONS_MAX = 100_000;

/** Asks for the metrics once a second. */
export class Observer {
  readonly observations: Observation[] = [];
  readonly #operations: HttpClient;
  readonly #beganAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #isAsking = false;

  constructor(operations: HttpClient) {
    this.#operations = operations;
    this.#timer = setInterval(() => void this.#observe(), EVERY_MS);
  }

  get last(): Observation | undefined {
    return this.observations.at(-1);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #observe(): Promise<void> {
    if (this.#isAsking || this.observations.length >= OBSERVATIONS_MAX) return;
    this.#isAsking = true;
    const at = (performance.now() - this.#beganAt) / 1000;
    try {
      const { status, body } = await this.#operations.call('GET', '/metrics');
      if (status === 200 && typeof body === 'string') this.observations.push({ at, ...readMetrics(body) });
    } catch {
      // An engine that does not answer is seen in the load itself.
    } finally {
      this.#isAsking = false;
    }
  }
}

/** The values of an exposition that are observed. */
export function readMetrics(text: string): Omit<Observation, 'at'> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (space > 0 && !line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  const entries = Object.entries(METRICS).map(([name, metric]) => [name, values.get(metric) ?? Number.NaN]);
  return Object.fromEntries(entries) as Omit<Observation, 'at'>;
}

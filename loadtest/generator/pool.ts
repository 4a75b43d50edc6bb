import { microseconds } from './clock.js';
import { type Answer, Connection, type Target } from './connection.js';

export interface PoolEvents {
  /** A connection is free: the owner gives it a request with `take`, or leaves it. */
  free(): void;
  answered(connection: Connection, answer: Answer): void;
  /** A connection ended; it may have had a request on its way. */
  gone(connection: Connection): void;
}

/** Below the ten seconds after which an engine closes a connection at rest: a request sent just then would be lost. */
const REST_MICROSECONDS_MAX = 5_000_000;
const RECONNECT_MS = 25;

/** Connections, as many as are needed at once and `size` at most. The one that was used last is used next: the rest may close. */
export class Pool {
  readonly #target: Target;
  readonly #size: number;
  readonly #events: PoolEvents;
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  readonly #opening = new Set<Connection>();
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Connections that ended before they were connected. */
  refused = 0;

  constructor(target: Target, size: number, events: PoolEvents) {
    this.#target = target;
    this.#size = size;
    this.#events = events;
  }

  /** Opens so many ahead of the need, within the size. */
  warm(count: number): void {
    while (this.#all.size < Math.min(count, this.#size)) this.#open();
  }

  /** Whether some are still being connected. */
  get isOpening(): boolean {
    return this.#opening.size > 0;
  }

  /** A free connection; undefined when all are busy. Then `free` will say when there is one; `waiting` are in need of one. */
  take(now: number, waiting: number): Connection | undefined {
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop()) {
      if (now - free.freeSince < REST_MICROSECONDS_MAX) return free;
      free.close();
    }
    this.want(waiting);
    return undefined;
  }

  /** Opens one more where `waiting` are in need of one; one at a time, because opening takes longer than a request may be late. */
  want(waiting: number): void {
    if (this.#opening.size < waiting && this.#all.size < this.#size && this.#retry === undefined)
      this.#open();
  }

  /** Puts a connection back, or in for the first time. */
  #give(connection: Connection): void {
    connection.freeSince = microseconds();
    this.#free.push(connection);
    this.#events.free();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    for (const connection of [...this.#all]) connection.close();
  }

  #open(): void {
    const connection = new Connection(this.#target, {
      free: (which) => {
        this.#opening.delete(which);
        this.#give(which);
      },
      answered: this.#events.answered,
      gone: (which) => this.#drop(which),
    });
    this.#all.add(connection);
    this.#opening.add(connection);
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    const place = this.#free.indexOf(connection);
    if (place >= 0) this.#free.splice(place, 1);
    if (this.#opening.delete(connection)) {
      this.refused += 1;
      // An engine that is away must not be asked without a pause.
      if (!this.#isClosed) this.#retry ??= setTimeout(() => this.#again(), RECONNECT_MS);
    }
    this.#events.gone(connection);
  }

  #again(): void {
    this.#retry = undefined;
    if (!this.#isClosed) this.#events.free();
  }
}

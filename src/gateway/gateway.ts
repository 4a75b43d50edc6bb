import type { Clock } from '../domain/ports.js';
import { HoldDecoder } from './decode-hold.js';
import { Guard, isLoopback } from './guard.js';
import { InFlight } from './in-flight.js';
import { addRoutes, bind, Listener, type ListenerOptions } from './listener.js';
import { LIVE_STREAMS_MAX, LiveStreams } from './live.js';
import { LiveBoard } from './live-board.js';
import { openApiDocument } from './openapi.js';
import type { GatewayContext } from './operation.js';
import type { GatewayDependencies } from './ports.js';
import { Problems } from './problem.js';
import { RateLimit } from './rate-limit.js';
import type { ResponderShared } from './responder.js';

/** A drain ends when nothing new came for this long: a client that is slow to use its open connection should not find it closed. */
const QUIET_MS = 500;

/** The HTTP edge, running. */
export interface Gateway {
  /** Like `http://127.0.0.1:8080`, without a slash at the end. */
  readonly storefrontUrl: string;
  readonly operationsUrl: string;
  /** Requests not answered yet. */
  readonly inFlight: number;
  /**
   * `/readyz` answers 503; the storefront accepts no connection any more; what is in flight is answered, each answer closing its
   * connection; streams end; then idle connections are closed. The operations listener and its live boards go on until `close`. The
   * caller bounds the wait.
   */
  drain(): Promise<void>;
  /** Ends everything at once; whatever is not answered is cut off. */
  close(): void;
}

/**
 * Opens both listeners. Rejects with `PortTakenError`, naming the setting, when one cannot be opened; the other is closed then.
 */
export async function startGateway(dependencies: GatewayDependencies): Promise<Gateway> {
  const { actors, clock, config, metrics } = dependencies;
  const storefrontOptions: ListenerOptions = {
    name: 'storefront',
    host: config.HOST,
    port: config.PORT,
    portSetting: 'PORT',
  };
  const operationsOptions: ListenerOptions = {
    name: 'operations',
    host: config.ADMIN_HOST,
    port: config.ADMIN_PORT,
    portSetting: 'ADMIN_PORT',
  };
  const storefront = await open(storefrontOptions);
  const operations = await open(operationsOptions).catch((error: unknown) => {
    storefront.listener.close();
    throw error;
  });
  const inFlight = new InFlight();
  const { liveStreamsMax: streamsMax = LIVE_STREAMS_MAX } = dependencies;
  const live = new LiveStreams({ actors, clock, metrics, streamsMax });
  const liveBoard = new LiveBoard(dependencies.sale, dependencies.liveBoardViewersMax);
  const rateLimit = new RateLimit(config.RATE_LIMIT_PER_SECOND, clock);
  const shared: ResponderShared = {
    // Both listeners serve the pages. Beyond loopback only the client knows under which name it reached the engine, so
    // links are relative to that (RFC 9457 allows it).
    problems: new Problems(isLoopback(config.HOST) ? storefront.listener.url : ''),
    inFlight,
    metrics,
    clock,
  };
  const context: GatewayContext = {
    ...dependencies,
    decoder: new HoldDecoder(config.MAX_QUANTITY),
    live,
    liveBoard,
    rateLimit,
    documents: {
      storefront: JSON.stringify(openApiDocument('storefront', config)),
      operations: JSON.stringify(openApiDocument('operations', config)),
    },
  };
  const guard = new Guard(config, clock, rateLimit);
  addRoutes(storefront.app, 'storefront', context, shared, guard);
  addRoutes(operations.app, 'operations', context, shared, guard);
  return new RunningGateway({
    storefront: storefront.listener,
    operations: operations.listener,
    inFlight,
    live,
    liveBoard,
    clock,
  });
}

async function open(
  options: ListenerOptions,
): Promise<{ app: Awaited<ReturnType<typeof bind>>['app']; listener: Listener }> {
  const { app, socket, url } = await bind(options);
  return { app, listener: new Listener(app, socket, url) };
}

interface RunningParts {
  readonly storefront: Listener;
  readonly operations: Listener;
  readonly inFlight: InFlight;
  readonly live: LiveStreams;
  readonly liveBoard: LiveBoard;
  readonly clock: Clock;
}

class RunningGateway implements Gateway {
  readonly #parts: RunningParts;
  #isClosed = false;

  constructor(parts: RunningParts) {
    this.#parts = parts;
  }

  get storefrontUrl(): string {
    return this.#parts.storefront.url;
  }

  get operationsUrl(): string {
    return this.#parts.operations.url;
  }

  get inFlight(): number {
    return this.#parts.inFlight.count;
  }

  async drain(): Promise<void> {
    this.#parts.inFlight.drain();
    this.#parts.storefront.stopAccepting();
    this.#parts.live.close();
    await this.#quiet();
    if (!this.#isClosed) this.#parts.storefront.close();
  }

  /** Nothing in flight, and nothing new for a moment: a request on its way in an open connection is not cut off. */
  async #quiet(): Promise<void> {
    for (;;) {
      await this.#parts.inFlight.idle();
      const { entered } = this.#parts.inFlight;
      await new Promise<void>((resolve) => this.#parts.clock.setTimer(QUIET_MS, resolve));
      if (this.#isClosed || (this.#parts.inFlight.count === 0 && this.#parts.inFlight.entered === entered))
        return;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#parts.live.close();
    this.#parts.liveBoard.close();
    this.#parts.storefront.close();
    this.#parts.operations.close();
  }
}

import { HoldDecoder } from './decode-hold.js';
import { Guard, isLoopback } from './guard.js';
import { InFlight } from './in-flight.js';
import { addRoutes, bind, Listener } from './listener.js';
import { LIVE_STREAMS_MAX, LiveStreams } from './live.js';
import { openApiDocument } from './openapi.js';
import { Problems } from './problem.js';
import { RateLimit } from './rate-limit.js';
/** A drain ends when nothing new came for this long: a client that is slow to use its open connection should not find it closed. */
const QUIET_MS = 500;
/**
 * Opens both listeners. Rejects with `PortTakenError`, naming the setting, when one cannot be opened; the other is closed then.
 */
export async function startGateway(dependencies) {
    const { actors, clock, config, metrics } = dependencies;
    const storefrontOptions = {
        name: 'storefront',
        host: config.HOST,
        port: config.PORT,
        portSetting: 'PORT',
    };
    const operationsOptions = {
        name: 'operations',
        host: config.ADMIN_HOST,
        port: config.ADMIN_PORT,
        portSetting: 'ADMIN_PORT',
    };
    const storefront = await open(storefrontOptions);
    const operations = await open(operationsOptions).catch((error) => {
        storefront.listener.close();
        throw error;
    });
    const inFlight = new InFlight();
    const { liveStreamsMax: streamsMax = LIVE_STREAMS_MAX } = dependencies;
    const live = new LiveStreams({ actors, clock, metrics, streamsMax });
    const rateLimit = new RateLimit(config.RATE_LIMIT_PER_SECOND, clock);
    const shared = {
        // Both listeners serve the pages. Beyond loopback only the client knows under which name it reached the engine, so
        // links are relative to that (RFC 9457 allows it).
        problems: new Problems(isLoopback(config.HOST) ? storefront.listener.url : ''),
        inFlight,
        metrics,
        clock,
    };
    const context = {
        ...dependencies,
        decoder: new HoldDecoder(config.MAX_QUANTITY),
        live,
        rateLimit,
        documents: {
            storefront: JSON.stringify(openApiDocument('storefront', config)),
            operations: JSON.stringify(openApiDocument('operations', config)),
        },
    };
    const guard = new Guard(config, clock, rateLimit);
    addRoutes(storefront.app, 'storefront', context, shared, guard);
    addRoutes(operations.app, 'operations', context, shared, guard);
    return new RunningGateway(storefront.listener, operations.listener, inFlight, live, clock);
}
async function open(options) {
    const { app, socket, url } = await bind(options);
    return { app, listener: new Listener(app, socket, url) };
}
class RunningGateway {
    #storefront;
    #operations;
    #inFlight;
    #live;
    #clock;
    #isClosed = false;
    constructor(storefront, operations, inFlight, live, clock) {
        this.#clock = clock;
        this.#storefront = storefront;
        this.#operations = operations;
        this.#inFlight = inFlight;
        this.#live = live;
    }
    get storefrontUrl() {
        return this.#storefront.url;
    }
    get operationsUrl() {
        return this.#operations.url;
    }
    get inFlight() {
        return this.#inFlight.count;
    }
    async drain() {
        this.#inFlight.drain();
        this.#storefront.stopAccepting();
        this.#live.close();
        await this.#quiet();
        if (!this.#isClosed)
            this.#storefront.close();
    }
    /** Nothing in flight, and nothing new for a moment: a request on its way in an open connection is not cut off. */
    async #quiet() {
        for (;;) {
            await this.#inFlight.idle();
            const { entered } = this.#inFlight;
            await new Promise((resolve) => this.#clock.setTimer(QUIET_MS, resolve));
            if (this.#isClosed || (this.#inFlight.count === 0 && this.#inFlight.entered === entered))
                return;
        }
    }
    close() {
        if (this.#isClosed)
            return;
        this.#isClosed = true;
        this.#live.close();
        this.#storefront.close();
        this.#operations.close();
    }
}
//# sourceMappingURL=gateway.js.map
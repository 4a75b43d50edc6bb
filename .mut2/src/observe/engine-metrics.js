import { Registry } from 'prom-client';
import { GatewayCounters } from './gateway-counters.js';
import { declareMetrics } from './metrics.js';
import { ReportedLedger, ReportedShards } from './reported.js';
/** All that is measured of one engine process: the gateway counts into it, threads report to it, `/metrics` reads it. */
export class EngineMetrics {
    gateway;
    contentType;
    #registry = new Registry();
    #shards = new ReportedShards();
    #ledger = new ReportedLedger();
    constructor(options) {
        this.gateway = new GatewayCounters(options.routes);
        this.contentType = this.#registry.contentType;
        declareMetrics(this.#registry, {
            ...options,
            gateway: this.gateway,
            shards: this.#shards,
            ledger: this.#ledger,
        });
    }
    shardReported(stats) {
        this.#shards.report(stats.shard, stats);
    }
    ledgerReported(stats) {
        this.#ledger.report(0, stats);
    }
    /** The Prometheus text format, version 0.0.4. */
    text() {
        return this.#registry.metrics();
    }
}
//# sourceMappingURL=engine-metrics.js.map
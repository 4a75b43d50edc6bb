import { Registry } from 'prom-client';
import type { LedgerStats, ShardStats } from '../domain/stats.js';
import { GatewayCounters } from './gateway-counters.js';
import { declareMetrics, type MetricSources } from './metrics.js';
import { ReportedLedger, ReportedShards } from './reported.js';
import { SaleFigures } from './sale-figures.js';

export interface EngineMetricsOptions
  extends Pick<
    MetricSources,
    'readiness' | 'durable' | 'storeRolledBack' | 'busy' | 'version' | 'redisMemoryPercent'
  > {
  /** Name of each route, index-aligned with the gateway's table. */
  readonly routes: readonly string[];
  /** Those of them that buyers depend on: their failures are shown as 0 before there are any. */
  readonly buyingRoutes: readonly string[];
}

/** All that is measured of one engine process: the gateway counts into it, threads report to it, `/metrics` reads it. */
export class EngineMetrics {
  readonly gateway: GatewayCounters;
  /** The same, for the live board. */
  readonly sale: SaleFigures;
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #shards = new ReportedShards();
  readonly #ledger = new ReportedLedger();

  constructor(options: EngineMetricsOptions) {
    this.gateway = new GatewayCounters(options.routes, options.buyingRoutes);
    this.sale = new SaleFigures({ gateway: this.gateway, shards: this.#shards, ledger: this.#ledger });
    this.contentType = this.#registry.contentType;
    declareMetrics(this.#registry, {
      ...options,
      gateway: this.gateway,
      shards: this.#shards,
      ledger: this.#ledger,
    });
  }

  shardReported(stats: ShardStats): void {
    this.#shards.report(stats.shard, stats);
  }

  ledgerReported(stats: LedgerStats): void {
    this.#ledger.report(0, stats);
  }

  /** The Prometheus text format, version 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

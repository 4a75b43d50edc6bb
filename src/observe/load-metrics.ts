import { Registry } from 'prom-client';
import type { LoadCounters } from './load-counters.js';
import { declareLoadMetrics } from './metrics.js';

/** Answers what `/metrics` of a load generator says, in the Prometheus text format. */
export function loadMetricsText(load: LoadCounters): () => Promise<string> {
  const registry = new Registry();
  declareLoadMetrics(registry, load);
  return () => registry.metrics();
}

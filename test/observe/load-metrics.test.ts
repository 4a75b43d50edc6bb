import t from 'tap';
import { LoadCounters } from '../../src/observe/load-counters.js';
import { loadMetricsText } from '../../src/observe/load-metrics.js';
import { parseMetrics, sampleValue } from '../support/prometheus.js';

t.test('a load generator tells what it asked for, what became of it and how long it took', async (t) => {
  const load = new LoadCounters('hot-sku');
  const text = loadMetricsText(load);
  load.targetPerSecond = 500;
  load.due(6);
  for (let request = 0; request < 5; request += 1) load.sent();
  load.answered('accepted', 0.004);
  load.answered('refused', 0.001);
  load.answered('failed', 0.3);
  load.timedOut();
  load.unsent(1);
  const families = parseMetrics(await text());
  const requests = (result: string): number | undefined =>
    sampleValue(families, 'holdfast_load_requests_total', { result });
  t.equal(sampleValue(families, 'holdfast_load_run_info', { scenario: 'hot-sku' }), 1);
  t.equal(sampleValue(families, 'holdfast_load_target_per_second'), 500);
  t.equal(sampleValue(families, 'holdfast_load_intended_total'), 6);
  t.same(['accepted', 'refused', 'failed', 'timed_out', 'unsent'].map(requests), [1, 1, 1, 1, 1]);
  t.equal(sampleValue(families, 'holdfast_load_in_flight'), 1);
  t.equal(sampleValue(families, 'holdfast_load_latency_seconds_count'), 3, 'only what was answered has one');
  t.equal(sampleValue(families, 'holdfast_load_latency_seconds_bucket', { le: '0.005' }), 2);
});

t.test('its results are series from the start, and its registry has no engine in it', async (t) => {
  const families = parseMetrics(await loadMetricsText(new LoadCounters('soak'))());
  t.equal(sampleValue(families, 'holdfast_load_requests_total', { result: 'unsent' }), 0);
  t.ok([...families.keys()].every((name) => name.startsWith('holdfast_load_')));
});

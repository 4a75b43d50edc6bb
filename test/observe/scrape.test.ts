import t from 'tap';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { type Family, parseMetrics, sampleValue } from '../support/prometheus.js';
import { until } from '../support/until.js';

leftovers(t);

t.test('a running engine counts what happens to it', async (t) => {
  const engine = await startEngine(t);
  const post = (url: string, body: object, headers = {}): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const scrape = async (): Promise<ReadonlyMap<string, Family>> =>
    parseMetrics(await (await fetch(`${engine.operationsUrl}/metrics`)).text());
  const skus = `${engine.operationsUrl}/v1/skus/phone-1`;
  await fetch(skus, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ total: 2, holdTtlMs: 3000 }),
  });
  await post(`${skus}/open`, {});
  const holds = `${engine.storefrontUrl}/v1/holds`;
  const hold = { sku: 'phone-1', buyerId: 'ada', quantity: 1 };
  const answers = [];
  for (const key of ['order-0001', 'order-0001', 'order-0002', 'order-0003']) {
    const response = await post(holds, hold, { 'idempotency-key': key });
    answers.push({ status: response.status, body: (await response.json()) as { holdId: string } });
  }
  t.same(
    answers.map(({ status }) => status),
    [201, 200, 201, 409],
  );
  await post(`${holds}/${answers[0]?.body.holdId}/confirm`, { paymentRef: 'pay-1' });

  const route = await until(
    async () => {
      const families = await scrape();
      const requests = families.get('holdfast_requests_total')?.samples ?? [];
      const replayed = requests.find(({ labels }) => labels.code === 'replayed');
      const state = (name: string): number =>
        sampleValue(families, 'holdfast_holds_total', { state: name }) ?? 0;
      const settled = state('held') === 2 && state('confirmed') === 1 && state('expired') === 1;
      const written = sampleValue(families, 'holdfast_ledger_lag_events') === 0;
      return settled && written ? replayed?.labels.route : undefined;
    },
    { what: 'counted: two holds, one confirmed, one expired, all in the ledger' },
  );
  const families = await scrape();
  const requests = (code: string): number =>
    sampleValue(families, 'holdfast_requests_total', { route, code }) ?? 0;
  t.equal(requests('created'), 2);
  t.equal(requests('replayed'), 1);
  t.equal(requests('sold_out'), 1);
  t.equal(sampleValue(families, 'holdfast_request_seconds_count', { route, result: 'accepted' }), 3);
  t.equal(sampleValue(families, 'holdfast_ready'), 1);
  t.equal(sampleValue(families, 'holdfast_durability_ok'), 1);
  t.equal(sampleValue(families, 'holdfast_store_rolled_back'), 0);
  t.equal(sampleValue(families, 'holdfast_expiry_lateness_seconds_count'), 1);
  for (const name of [
    'holdfast_flush_seconds_count',
    'holdfast_flush_commands_count',
    'holdfast_ledger_rows_total',
    'holdfast_ledger_transaction_seconds_count',
    'holdfast_redis_memory_used_bytes',
    'holdfast_redis_memory_max_bytes',
    'holdfast_redis_round_trip_seconds_count',
    'process_resident_memory_bytes',
  ]) {
    t.ok((sampleValue(families, name) ?? 0) > 0, `${name} is ${sampleValue(families, name)}`);
  }
  t.notMatch(engine.logs(), /"ada"|order-000|pay-1/, 'the log knows no buyer, key or payment');
});

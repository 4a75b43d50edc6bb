import t from 'tap';
import { quantileOf, SECONDS_BOUNDS } from '../../src/domain/histogram.js';
import { GatewayCounters } from '../../src/observe/gateway-counters.js';
import { ReportedLedger, ReportedShards } from '../../src/observe/reported.js';
import { SaleFigures } from '../../src/observe/sale-figures.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOLDS = 0;
const READS = 1;

function figuresOf(): { gateway: GatewayCounters; figures: SaleFigures } {
  const gateway = new GatewayCounters(['createHold', 'readSku']);
  const figures = new SaleFigures({ gateway, shards: new ReportedShards(), ledger: new ReportedLedger() });
  return { gateway, figures };
}

t.test('rates are of new holds only, by the time between two looks', async (t) => {
  const { gateway, figures } = figuresOf();
  gateway.answered(HOLDS, 'created', 0.001);
  t.match(figures.point(NOW, 0), { at: NOW, acceptedPerSecond: 0, refusedPerSecond: 0 }, 'no rate at first');
  for (let count = 0; count < 10; count += 1) gateway.answered(HOLDS, 'created', 0.001);
  for (let count = 0; count < 6; count += 1) gateway.answered(HOLDS, 'sold_out', 0.0001);
  for (let count = 0; count < 2; count += 1) gateway.answered(HOLDS, 'overloaded', 0.0001);
  gateway.answered(HOLDS, 'replayed', 0.001);
  gateway.answered(HOLDS, 'aborted', 0.001);
  gateway.answered(READS, 'ok', 0.001);
  gateway.answered(READS, 'unknown_sku', 0.001);
  t.match(figures.point(NOW + 2000, 2000), {
    acceptedPerSecond: 5,
    refusedPerSecond: 3,
    failedPerSecond: 1,
  });
  t.match(figures.totals(), {
    accepted: 11,
    refused: 6,
    failed: 2,
    byCode: { sold_out: 6, overloaded: 2 },
  });
  t.same(Object.keys(figures.totals().byCode).sort(), ['overloaded', 'sold_out']);
  t.match(figures.point(NOW + 3000, 3000), { acceptedPerSecond: 0, refusedPerSecond: 0 });
});

t.test('latency is of the last five seconds, and null when nobody was served', async (t) => {
  const { gateway, figures } = figuresOf();
  t.match(figures.point(NOW, 0), {
    acceptedP50Seconds: null,
    acceptedP99Seconds: null,
    refusedP99Seconds: null,
  });
  for (let count = 0; count < 98; count += 1) gateway.answered(HOLDS, 'created', 0.002);
  for (let count = 0; count < 2; count += 1) gateway.answered(HOLDS, 'created', 0.2);
  gateway.answered(HOLDS, 'sold_out', 0.0001);
  const busy = figures.point(NOW + 1000, 1000);
  t.ok(busy.acceptedP50Seconds! > 0.001 && busy.acceptedP50Seconds! <= 0.0025, 'in the bucket of half');
  t.ok(busy.acceptedP99Seconds! > 0.1 && busy.acceptedP99Seconds! <= 0.25, 'in the bucket of the slowest');
  t.ok(busy.refusedP99Seconds! <= 0.00025);
  for (let second = 2; second <= 5; second += 1)
    t.not(figures.point(NOW, 1000 * second).acceptedP50Seconds, null, `still known after ${second} s`);
  t.equal(figures.point(NOW, 6000).acceptedP50Seconds, null);
});

t.test('a quantile is within the bucket it falls into', async (t) => {
  const bounds = [1, 2, 4];
  t.equal(quantileOf([0, 0, 0, 0], bounds, 0.5), undefined);
  t.equal(quantileOf([10, 0, 0, 0], bounds, 0.5), 0.5);
  t.equal(quantileOf([0, 10, 0, 0], bounds, 0.5), 1.5);
  t.equal(quantileOf([5, 0, 5, 0], bounds, 1), 4);
  t.equal(quantileOf([5, 0, 5, 0], bounds, 0.5), 1);
  t.equal(quantileOf([0, 0, 0, 3], bounds, 0.5), 4, 'above all bounds: the last, as Prometheus has it');
  t.equal(quantileOf([1], SECONDS_BOUNDS, 1), SECONDS_BOUNDS[0]);
});

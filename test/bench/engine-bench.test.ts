import t, { type Test } from 'tap';
import { EngineBench, SALE, type Sale } from '../../bench/engine-bench.js';
import type { LoadClient } from '../../bench/load.js';
import { skuName } from '../../bench/operations.js';
import { type Options, parseOptions } from '../../bench/options.js';
import { signedRequest, signerOf } from '../../bench/signing.js';
import { leftovers } from '../support/leftovers.js';

leftovers(t);

const REQUESTS = 20;
const OPTIONS: Options = { ...parseOptions([])!, connections: 4 };

/** A client that sends twenty requests one by one, and says of them what `counted` makes of the truth. */
function handful(counted: (accepted: number) => number): LoadClient {
  return {
    name: 'a handful',
    run: async (load) => {
      const timestamp = Math.floor(Date.now() / 1000);
      const sign = load.signing === undefined ? undefined : signerOf(load, load.signing, timestamp);
      let refused = 0;
      for (let index = 0; index < REQUESTS; index += 1) {
        const { key, body } = signedRequest(load, index);
        const signature = {
          'Holdfast-Key': load.signing?.keyId ?? '',
          'Holdfast-Timestamp': String(timestamp),
          'Holdfast-Nonce': key,
          'Holdfast-Signature': `v1=${sign?.({ key, body }) ?? ''}`,
        };
        const response = await fetch(`${load.url}${load.path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...signature },
          body,
        });
        await response.arrayBuffer();
        if (response.status >= 400) refused += 1;
      }
      const requests = counted(REQUESTS - refused) + refused;
      return {
        ...{ requests, seconds: 1, statusErrors: refused, socketErrors: 0, timeouts: 0 },
        ...{ p50Ms: 1, p99Ms: 2, clientProcessorSeconds: 0 },
      };
    },
  };
}

async function start(t: Test, client: LoadClient, signed: boolean): Promise<EngineBench> {
  const engine = await EngineBench.start(OPTIONS, client, { signed });
  t.teardown(() => engine.stop());
  for (const [prefix, total] of [
    ['plenty-', SALE.total],
    ['nothing-', 0],
  ] as const) {
    await engine.operations.define(skuName(prefix, 0), { ...SALE, total });
  }
  return engine;
}

const sale = (prefix: string): Sale => ({ prefix, skus: 1, seconds: 1 });

t.test('an engine that wants signatures sells what the benchmark signs', async (t) => {
  const engine = await start(
    t,
    handful((accepted) => accepted),
    true,
  );
  const selling = await engine.measureSelling('accepted', 1, sale('plenty-'));
  t.match(selling, { measure: 'accepted', round: 1, perSecond: REQUESTS, otherShare: 0, disagreement: '' });
  t.ok(selling.drainSeconds !== undefined && selling.drainSeconds >= 0);
  const stages = [...(selling.stages?.keys() ?? [])];
  for (const stage of ['redis', 'postgres', 'postgres, after the selling'])
    t.ok(stages.includes(stage), stage);
  t.equal(await engine.stores.holdsRemembered(), REQUESTS);
  t.equal(
    await engine.stores.eventsInLedger(),
    await engine.stores.eventsAppended(),
    'the ledger has it all',
  );
  const refusing = await engine.measureSoldOut('sold out', 2, sale('nothing-'));
  t.match(refusing, { perSecond: REQUESTS, otherShare: 0, disagreement: '' });
  t.ok([...(refusing.stages?.keys() ?? [])].includes('redis'), 'and where the time went');
});

t.test('refusals for another reason are not "sold out"', async (t) => {
  const engine = await start(
    t,
    handful((accepted) => accepted),
    false,
  );
  const measured = await engine.measureSoldOut('sold out', 1, sale('unknown-'));
  t.match(measured, { perSecond: 0, disagreement: '100.0 % answered otherwise: 20 × unknown_sku' });
});

t.test('a client that counts more than was sold is found out', async (t) => {
  const engine = await start(
    t,
    handful((accepted) => accepted + 1),
    false,
  );
  const selling = await engine.measureSelling('accepted', 1, sale('plenty-'));
  t.equal(selling.disagreement, 'the client saw 21 accepted, the server holds 20');
});

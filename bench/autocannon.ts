import autocannon from 'autocannon';
import type { Load, LoadClient } from './load.js';
import { signedRequest, signerOf } from './signing.js';

const KEY_DIGITS = 1_000_000_000;

interface Wish {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Fallback where wrk is not installed. Same headers and bodies as `wrk/*.lua`, closed loop, peak throughput only.
 * Its `rate` mode is never used: it corrects coordinated omission wrongly (see bench/README.md).
 */
export const autocannonClient: LoadClient = {
  name: 'autocannon',
  async run(load) {
    if (load.distribution === 'zipf' || (load.pauseMs ?? 0) > 0) {
      throw new Error('Zipf and pauses need wrk: apt-get install wrk');
    }
    const nextWish = load.signing === undefined ? plainWishes(load) : signedWishes(load);
    const before = process.cpuUsage();
    const instance = autocannon({
      url: load.url,
      connections: load.connections,
      duration: load.seconds,
      requests: [
        {
          method: 'POST',
          path: load.path,
          setupRequest: (request) => ({ ...request, ...nextWish() }),
        },
      ],
    });
    const result = await instance;
    const used = process.cpuUsage(before);
    const statusErrors = result['4xx'] + result['5xx'];
    return {
      requests: result['2xx'] + result['3xx'] + statusErrors,
      seconds: result.duration,
      statusErrors,
      socketErrors: result.errors - result.timeouts,
      timeouts: result.timeouts,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      clientProcessorSeconds: (used.user + used.system) / 1e6,
    };
  },
};

function plainWishes(load: Load): () => Wish {
  let counter = 0;
  return () => {
    counter += 1;
    const sku = load.skuPrefix + String(Math.floor(Math.random() * load.skus)).padStart(6, '0');
    const buyer = `b${KEY_DIGITS + Math.floor(Math.random() * load.buyers)}`;
    return {
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': `${load.tag}-0-${KEY_DIGITS + counter}`,
      },
      body: `{"sku":"${sku}","buyerId":"${buyer}","quantity":1}`,
    };
  };
}

/** Signs as it sends, which takes some of the processor that the engine could have had: wrk is the one to believe. */
function signedWishes(load: Load): () => Wish {
  const signing = load.signing!;
  const timestamp = Math.floor(Date.now() / 1000);
  const sign = signerOf(load, signing, timestamp);
  let counter = 0;
  return () => {
    const request = signedRequest(load, counter);
    counter += 1;
    return {
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': request.key,
        'Holdfast-Key': signing.keyId,
        'Holdfast-Timestamp': String(timestamp),
        'Holdfast-Nonce': request.key,
        'Holdfast-Signature': `v1=${sign(request)}`,
      },
      body: request.body,
    };
  };
}

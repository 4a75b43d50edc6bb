import { hmacSha256, type SignedRequest, StorefrontAuthenticator } from '../src/gateway/auth.js';
import { RequestHead } from '../src/gateway/head.js';
import { systemClock } from '../src/system-clock.js';
import { table } from './report.js';
import { summarise } from './statistics.js';

/** Microseconds on one core, in this process, by turn. */
export interface SignatureCost {
  /** The HMAC-SHA256 of a hold's request alone. */
  readonly hmacMicroseconds: readonly number[];
  /** Everything that `AUTH=on` adds to a request: key, timestamp, HMAC, comparison, nonce. */
  readonly authenticateMicroseconds: readonly number[];
}

const KEY = {
  credential: 'bench',
  keyId: 'bench-1',
  secret: 'secret-of-the-benchmark-0123456789abcdef',
  readOnly: false,
};
const PATH = '/v1/holds';
const BODY = Buffer.from('{"sku":"hot-000000","buyerId":"b1000000000","quantity":1}');
const REQUESTS = 20_000;
/** The first turns compile; they do not count. */
const WARM_UP_TURNS = 3;

/** How long signatures take, `turns` times. Takes about a tenth of a second a turn. */
export function measureSignatures(turns: number): SignatureCost {
  const hmac: number[] = [];
  const authenticate: number[] = [];
  const authenticator = new StorefrontAuthenticator([KEY], systemClock);
  const sign = hmacSha256(KEY.secret);
  for (let turn = 0; turn < WARM_UP_TURNS + turns; turn += 1) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const texts = Array.from({ length: REQUESTS }, (_, index) => {
      const nonce = `bench-${turn}-${1e9 + index}`;
      return { nonce, text: `POST\n${PATH}\n${timestamp}\n${nonce}\n${nonce}\n` };
    });
    const signatures: string[] = [];
    hmac.push(microsecondsEach(() => texts.forEach(({ text }) => void signatures.push(sign(text, BODY)))));
    const requests = texts.map(({ nonce }, index) => signed(timestamp, nonce, signatures[index]!));
    let passed = 0;
    authenticate.push(
      microsecondsEach(() => {
        for (const request of requests) if (authenticator.authenticate(request).ok) passed += 1;
      }),
    );
    // What refuses early is cheap, and would be the wrong thing measured.
    if (passed !== REQUESTS) throw new Error(`only ${passed} of ${REQUESTS} signatures passed`);
  }
  return {
    hmacMicroseconds: hmac.slice(WARM_UP_TURNS),
    authenticateMicroseconds: authenticate.slice(WARM_UP_TURNS),
  };
}

function microsecondsEach(task: () => void): number {
  const started = performance.now();
  task();
  return ((performance.now() - started) * 1000) / REQUESTS;
}

function signed(timestamp: string, nonce: string, signature: string): SignedRequest {
  const head = Object.assign(new RequestHead(), {
    holdfastKey: KEY.keyId,
    timestamp,
    nonce,
    idempotencyKey: nonce,
    signature: `v1=${signature}`,
  });
  return { method: 'POST', pathAndQuery: PATH, head, body: BODY };
}

export function signatureTable(cost: SignatureCost, markdown: boolean): string {
  const row = (name: string, values: readonly number[]): string[] => {
    const { median, low, high } = summarise(values);
    return [name, ...[median, low, high].map((value) => value.toFixed(2))];
  };
  const rows = [
    row('HMAC-SHA256', cost.hmacMicroseconds),
    row('all that AUTH=on adds', cost.authenticateMicroseconds),
  ];
  return table(['µs a request', 'median', 'min', 'max'], rows, markdown);
}

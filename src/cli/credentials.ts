import { createHmac, randomBytes } from 'node:crypto';
import type { Authorise, OutgoingRequest } from './http-client.js';

/**
 * Who the commands are to an engine that runs with AUTH=on, from the environment: HOLDFAST_KEY_ID and HOLDFAST_SECRET sign
 * storefront requests, HOLDFAST_ADMIN_TOKEN opens the operations listener. Without them requests go out bare, which an
 * engine with AUTH=off accepts.
 */
export interface Credentials {
  readonly storefront: Authorise;
  readonly operations: Authorise;
}

export function credentialsFrom(environment: Readonly<Record<string, string | undefined>>): Credentials {
  const keyId = environment.HOLDFAST_KEY_ID ?? '';
  const secret = environment.HOLDFAST_SECRET ?? '';
  const token = environment.HOLDFAST_ADMIN_TOKEN ?? '';
  return {
    storefront: keyId === '' || secret === '' ? bare : signer(keyId, secret),
    operations: token === '' ? bare : () => ({ authorization: `Bearer ${token}` }),
  };
}

const bare: Authorise = () => ({});

/** Signs as the README says: HMAC-SHA256 over method, path with query, time, nonce, key, and the body's bytes. */
function signer(keyId: string, secret: string): Authorise {
  return (request: OutgoingRequest) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = randomBytes(12).toString('hex');
    const { method, path, idempotencyKey, body } = request;
    const signature = createHmac('sha256', secret)
      .update(`${method}\n${path}\n${timestamp}\n${nonce}\n${idempotencyKey}\n${body}`)
      .digest('hex');
    return {
      'holdfast-key': keyId,
      'holdfast-timestamp': timestamp,
      'holdfast-nonce': nonce,
      'holdfast-signature': `v1=${signature}`,
    };
  };
}

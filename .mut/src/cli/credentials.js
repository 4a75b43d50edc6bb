import { createHmac, randomBytes } from 'node:crypto';
export function credentialsFrom(environment) {
    const keyId = environment.HOLDFAST_KEY_ID ?? '';
    const secret = environment.HOLDFAST_SECRET ?? '';
    const token = environment.HOLDFAST_ADMIN_TOKEN ?? '';
    return {
        storefront: keyId === '' || secret === '' ? bare : signer(keyId, secret),
        operations: token === '' ? bare : () => ({ authorization: `Bearer ${token}` }),
    };
}
const bare = () => ({});
/** Signs as the README says: HMAC-SHA256 over method, path with query, time, nonce, key, and the body's bytes. */
function signer(keyId, secret) {
    return (request) => {
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
//# sourceMappingURL=credentials.js.map
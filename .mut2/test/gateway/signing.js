import { createHmac, randomBytes } from 'node:crypto';
// README:begin
/** Headers that sign one request. Sign each attempt anew; a retry keeps its Idempotency-Key. */
export function signed(key, method, pathAndQuery, body = '', idempotencyKey = '') {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = randomBytes(16).toString('hex');
    const text = `${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${idempotencyKey}\n${body}`;
    return {
        'Holdfast-Key': key.keyId,
        'Holdfast-Timestamp': timestamp,
        'Holdfast-Nonce': nonce,
        'Holdfast-Signature': `v1=${createHmac('sha256', key.secret).update(text).digest('hex')}`,
        ...(idempotencyKey === '' ? {} : { 'Idempotency-Key': idempotencyKey }),
    };
}
// README:end
//# sourceMappingURL=signing.js.map
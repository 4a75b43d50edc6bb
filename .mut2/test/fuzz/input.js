import { createHmac } from 'node:crypto';
/** Makes requests that are right but for what is asked to be wrong; signs them where the engine wants it. */
export class RequestMaker {
    chance;
    key;
    constructor(chance, key) {
        this.chance = chance;
        this.key = key;
    }
    request(listener, parts) {
        const body = Buffer.from(parts.body ?? '');
        const lines = [`${parts.method} ${parts.target} HTTP/1.1`, 'Host: fuzz', ...(parts.headers ?? [])];
        if (parts.body !== undefined)
            lines.push('Content-Type: application/json');
        lines.push(...(parts.framing ?? (parts.body === undefined ? [] : [`Content-Length: ${body.length}`])));
        if (parts.idempotencyKey !== undefined)
            lines.push(`Idempotency-Key: ${parts.idempotencyKey}`);
        lines.push(...this.#credentials(listener, parts, body));
        return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), parts.wireBody ?? body]);
    }
    #credentials(listener, parts, body) {
        if (this.key === undefined)
            return [];
        if (listener === 'operations')
            return [`Authorization: Bearer ${this.key.adminToken}`];
        const timestamp = Math.floor(Date.now() / 1000);
        const nonce = `${Date.now()}${this.chance.word(16)}`;
        const text = `${parts.method}\n${parts.target}\n${timestamp}\n${nonce}\n${parts.idempotencyKey ?? ''}\n`;
        const signature = createHmac('sha256', this.key.secret).update(text, 'latin1').update(body).digest('hex');
        return [
            `Holdfast-Key: ${this.key.keyId}`,
            `Holdfast-Timestamp: ${timestamp}`,
            `Holdfast-Nonce: ${nonce}`,
            `Holdfast-Signature: v1=${signature}`,
        ];
    }
    /** A hold that is right in every way. */
    hold(sku, buyerId, idempotencyKey) {
        const body = JSON.stringify({ sku, buyerId, quantity: 1 });
        return this.request('storefront', { method: 'POST', target: '/v1/holds', body, idempotencyKey });
    }
}
//# sourceMappingURL=input.js.map
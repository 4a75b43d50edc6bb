import { Agent, request } from 'node:http';
/** Asks for single units over kept-alive connections, each time with a fresh Idempotency-Key. */
export class Prober {
    #url;
    #agent = new Agent({ keepAlive: true, maxSockets: 64 });
    #tag = Date.now().toString(36);
    #count = 0;
    constructor(storefrontUrl) {
        this.#url = new URL('/v1/holds', storefrontUrl);
    }
    close() {
        this.#agent.destroy();
    }
    async hold(sku, buyerId) {
        this.#count += 1;
        const body = JSON.stringify({ sku, buyerId, quantity: 1 });
        const headers = {
            'Content-Type': 'application/json',
            'Content-Length': body.length,
            'Idempotency-Key': `probe-${this.#tag}-${this.#count}`,
        };
        const askedAt = Date.now();
        return await new Promise((resolve, reject) => {
            const sent = request(this.#url, { method: 'POST', headers, agent: this.#agent }, (response) => {
                let text = '';
                response.setEncoding('utf8').on('data', (chunk) => {
                    text += chunk;
                });
                response.on('end', () => {
                    const status = response.statusCode ?? 0;
                    resolve({ status, askedAt, answeredAt: Date.now(), expiresAt: deadlineIn(status, text) });
                });
                response.on('error', reject);
            });
            sent.on('error', reject);
            sent.end(body);
        });
    }
}
function deadlineIn(status, text) {
    if (status !== 201)
        return undefined;
    return Date.parse(JSON.parse(text).expiresAt);
}
//# sourceMappingURL=prober.js.map
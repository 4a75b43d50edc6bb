/** A merchant and their buyers, over HTTP. One attempt a call: what the engine answered is what the test sees. */
export class Shop {
    #storefrontUrl;
    #operationsUrl;
    constructor(engine) {
        this.#storefrontUrl = engine.storefrontUrl;
        this.#operationsUrl = engine.operationsUrl;
    }
    /** Defines a SKU, and opens it where it does not open by itself. */
    async offer(sku, definition) {
        await this.expect(200, this.operate('PUT', `/v1/skus/${sku}`, definition), 201);
        if (definition.opensAt === undefined)
            await this.expect(200, this.operate('POST', `/v1/skus/${sku}/open`));
    }
    hold(sku, buyerId, quantity, key) {
        return this.shop('POST', '/v1/holds', { sku, buyerId, quantity }, { 'idempotency-key': key });
    }
    confirm(holdId, paymentRef) {
        return this.shop('POST', `/v1/holds/${holdId}/confirm`, { paymentRef });
    }
    async sku(sku) {
        return (await this.expect(200, this.shop('GET', `/v1/skus/${sku}`))).body;
    }
    async audit(sku) {
        return (await this.expect(200, this.operate('GET', `/v1/skus/${sku}/audit`))).body;
    }
    shop(method, path, body, headers) {
        return send(this.#storefrontUrl + path, method, body, headers);
    }
    operate(method, path, body, headers) {
        return send(this.#operationsUrl + path, method, body, headers);
    }
    async expect(status, call, orStatus = status) {
        const answer = await call;
        if (answer.status === status || answer.status === orStatus)
            return answer;
        throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
}
async function send(url, method, body, headers = {}) {
    const response = await fetch(url, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
    });
    return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()),
    };
}
/** Runs `task` for 0 … count-1, `width` at a time. */
export async function concurrently(count, width, task) {
    let next = 0;
    const worker = async () => {
        while (next < count) {
            const index = next;
            next += 1;
            await task(index);
        }
    };
    await Promise.all(Array.from({ length: width }, worker));
}
//# sourceMappingURL=shop.js.map
const DEFINERS = 32;
const PAGE = 1000;
export class Operations {
    #url;
    constructor(operationsUrl) {
        this.#url = operationsUrl;
    }
    /** Defines a SKU and, unless it opens by itself at `opensAt`, opens it. Throws with the engine's answer when it refuses. */
    async define(sku, rules) {
        await this.#call('PUT', `/v1/skus/${sku}`, rules);
        if (rules.opensAt === undefined)
            await this.#call('POST', `/v1/skus/${sku}/open`);
    }
    /** Defines `<prefix>000000` … , `count` of them, a few at a time. */
    async defineMany(prefix, count, rules) {
        let next = 0;
        const work = async () => {
            while (next < count) {
                const index = next;
                next += 1;
                await this.define(skuName(prefix, index), rules);
            }
        };
        await Promise.all(Array.from({ length: Math.min(DEFINERS, count) }, work));
    }
    /** Units held of all SKUs whose name starts with `prefix`, as the engine counts them. */
    async unitsHeld(prefix) {
        let held = 0;
        let after = prefixBefore(prefix);
        for (;;) {
            const page = (await this.#call('GET', `/v1/skus?limit=${PAGE}&after=${encodeURIComponent(after)}`));
            for (const item of page.items) {
                if (item.sku.startsWith(prefix))
                    held += item.held;
                else if (item.sku > prefix)
                    return held;
            }
            if (page.next === null)
                return held;
            after = page.next;
        }
    }
    async metrics() {
        const response = await fetch(`${this.#url}/metrics`);
        return await response.text();
    }
    async #call(method, path, body) {
        const response = await fetch(this.#url + path, {
            method,
            ...(body === undefined
                ? {}
                : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        const text = await response.text();
        if (!response.ok)
            throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
        return JSON.parse(text);
    }
}
export function skuName(prefix, index) {
    return prefix + String(index).padStart(6, '0');
}
/** A text that sorts just before every SKU with this prefix: the last character one lower. */
function prefixBefore(prefix) {
    return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1);
}
//# sourceMappingURL=operations.js.map
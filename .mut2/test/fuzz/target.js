import { randomBytes } from 'node:crypto';
import { startStack } from '../../bench/stack.js';
import { SMUGGLED_SKU } from './smuggling.js';
/** A heap this small makes a leak of a few hundred bytes an input an end of the process, and so a finding. */
const HEAP_MB = 256;
export async function openTarget(options, auth) {
    if (options.target !== undefined)
        return await prepared(options.target.storefrontUrl, options.target.operationsUrl, undefined, undefined);
    const key = auth === 'off'
        ? undefined
        : {
            keyId: 'fuzz-key',
            secret: randomBytes(24).toString('hex'),
            adminToken: randomBytes(16).toString('hex'),
        };
    const stack = await startStack({
        environment: {
            NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
            IDEMPOTENCY_RETENTION_MS: '1000',
            EVENT_RETENTION_MS: '1000',
            ...(key === undefined
                ? {}
                : { AUTH: 'on', STOREFRONT_KEYS: `fuzz:${key.keyId}:${key.secret}`, ADMIN_TOKEN: key.adminToken }),
        },
    });
    try {
        return await prepared(stack.storefrontUrl, stack.operationsUrl, key, stack);
    }
    catch (error) {
        await stack.stop();
        throw error;
    }
}
async function prepared(storefrontUrl, operationsUrl, key, stack) {
    const operate = async (method, path, body) => {
        const response = await fetch(operationsUrl + path, {
            method,
            headers: {
                ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
                ...(key === undefined ? {} : { Authorization: `Bearer ${key.adminToken}` }),
            },
            body: body === undefined ? null : JSON.stringify(body),
            signal: AbortSignal.timeout(30_000),
        });
        const text = await response.text();
        if (!response.ok)
            throw new Error(`${method} ${path}: ${response.status} ${text}`);
        return text;
    };
    for (const sku of ['phone', 'sentinel', SMUGGLED_SKU]) {
        await operate('PUT', `/v1/skus/${sku}`, {
            total: 100_000_000,
            holdTtlMs: sku === 'phone' ? 1000 : 10_000,
        });
        await operate('POST', `/v1/skus/${sku}/open`);
    }
    return {
        storefront: new URL(storefrontUrl),
        operations: new URL(operationsUrl),
        key,
        pid: stack?.enginePid,
        operate,
        stop: async () => await stack?.stop(),
    };
}
//# sourceMappingURL=target.js.map
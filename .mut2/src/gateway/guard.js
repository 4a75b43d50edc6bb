import { ANONYMOUS, isAdminToken, StorefrontAuthenticator } from './auth.js';
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** Whether only this machine reaches a listener on `host`. */
export function isLoopback(host) {
    return LOOPBACK.has(host);
}
const ADMIN = { credential: 'admin', keyId: 'admin', readOnly: false };
/** Decides who may pass: signatures on the storefront, the token on the operations listener, the rate limit. */
export class Guard {
    #config;
    #authenticator;
    #rateLimit;
    constructor(config, clock, rateLimit) {
        this.#config = config;
        this.#rateLimit = rateLimit;
        this.#authenticator =
            config.AUTH === 'on' ? new StorefrontAuthenticator(config.storefrontKeys, clock) : undefined;
    }
    /** Whether the path and query are signed and so must be kept. */
    get readsPath() {
        return this.#authenticator !== undefined;
    }
    /** Who asks; `undefined` when they may not, which is answered then. */
    pass(operation, head, path, query, body, responder) {
        switch (operation.access) {
            case 'open':
                return ANONYMOUS;
            case 'admin':
                return this.#admin(head, responder);
            case 'metrics':
                return isLoopback(this.#config.ADMIN_HOST) ? ANONYMOUS : this.#admin(head, responder);
            default:
                return this.#storefront(operation, head, path, query, body, responder);
        }
    }
    /** A signed request that names no idempotency key uses its nonce as one: a replay anywhere is then no second hold. */
    keyOf(operation, head) {
        if (head.idempotencyKey !== '' || this.#authenticator === undefined)
            return head.idempotencyKey;
        return operation.access === 'write' ? head.nonce : '';
    }
    #admin(head, responder) {
        if (this.#config.AUTH === 'off')
            return ANONYMOUS;
        if (isAdminToken(head.authorization, this.#config.ADMIN_TOKEN))
            return ADMIN;
        const detail = head.authorization === '' ? 'Authorization: Bearer is needed' : 'the token is not right';
        responder.problem('unauthorized', { detail });
        return undefined;
    }
    #storefront(operation, head, path, query, body, responder) {
        let principal = ANONYMOUS;
        if (this.#authenticator !== undefined) {
            const pathAndQuery = query === '' ? path : `${path}?${query}`;
            const method = responder.isHead ? 'HEAD' : operation.method.toUpperCase();
            const found = this.#authenticator.authenticate({ method, pathAndQuery, head, body });
            if (!found.ok) {
                responder.problem('unauthorized', { detail: found.detail });
                return undefined;
            }
            principal = found.principal;
        }
        if (principal.readOnly && operation.access === 'write') {
            responder.problem('forbidden', { detail: `key ${principal.keyId} is read-only` });
            return undefined;
        }
        const waitSeconds = this.#rateLimit.take(principal.credential);
        if (waitSeconds === 0)
            return principal;
        // As in draft-ietf-httpapi-ratelimit-headers: the quota of a second, and what is left of it.
        const headers = [
            ['RateLimit-Policy', `"credential";q=${this.#rateLimit.perSecond};w=1`],
            ['RateLimit', '"credential";r=0;t=1'],
        ];
        responder.problem('rate_limited', { retryAfterSeconds: waitSeconds }, { headers });
        return undefined;
    }
}
//# sourceMappingURL=guard.js.map
import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t, {} from 'tap';
import { temporaryDirectory } from '../support/directories.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
leftovers(t);
/** Every value that is personal or a secret, each one of a kind, so that wherever it turns up it is recognised. */
class Canaries {
    #values = new Map();
    make(what, value = `canary-${randomBytes(9).toString('hex')}`) {
        this.#values.set(value, what);
        return value;
    }
    /** What of them stands in a text: as it is, percent-encoded, or in base64. */
    in(text) {
        return [...this.#values].flatMap(([value, what]) => {
            const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64').slice(0, -4)];
            return forms.some((form) => text.includes(form)) ? [what] : [];
        });
    }
}
const KEY_ID = 'shop-1';
/** Asks every endpoint, rightly and wrongly, and keeps what everybody may see. */
class Visitor {
    engine;
    canaries;
    secret;
    token;
    shown = [];
    constructor(engine, canaries, secret, token) {
        this.engine = engine;
        this.canaries = canaries;
        this.secret = secret;
        this.token = token;
    }
    async shop(method, path, body, key = '') {
        const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
        const timestamp = String(Math.floor(Date.now() / 1000));
        const nonce = this.canaries.make('a nonce');
        const signed = `${method}\n${path}\n${timestamp}\n${nonce}\n${key}\n${text}`;
        const digest = createHmac('sha256', this.secret).update(signed).digest('hex');
        return await this.#send(this.engine.storefrontUrl, method, path, text, {
            'holdfast-key': KEY_ID,
            'holdfast-timestamp': timestamp,
            'holdfast-nonce': nonce,
            'holdfast-signature': `v1=${this.canaries.make('a signature', digest)}`,
            ...(key === '' ? {} : { 'idempotency-key': key }),
        });
    }
    async operate(method, path, body, token = this.token) {
        const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
        const headers = {
            authorization: `Bearer ${token}`,
            'idempotency-key': this.canaries.make('an operator’s key'),
        };
        return await this.#send(this.engine.operationsUrl, method, path, text, headers);
    }
    async #send(base, method, path, body, headers) {
        const response = await fetch(base + path, {
            method,
            headers: { ...headers, ...(body === '' ? {} : { 'content-type': 'application/json' }) },
            body: body === '' ? null : body,
            signal: AbortSignal.timeout(20_000),
        });
        const text = `${JSON.stringify([...response.headers])}\n${await response.clone().text()}`;
        this.shown.push({
            where: `${method} ${path.slice(0, 40)} (${response.status})`,
            text,
            mayHave: path + body,
        });
        return response;
    }
}
async function sell(visitor) {
    const { canaries } = visitor;
    await visitor.operate('PUT', '/v1/skus/phone', { total: 5, buyerLimit: 2, holdTtlMs: 60_000 });
    await visitor.operate('POST', '/v1/skus/phone/open');
    await visitor.operate('POST', '/v1/skus/phone/stock', { delta: 1, reason: canaries.make('a reason') });
    const buyer = { buyerId: canaries.make('a buyer'), clientAddress: canaries.make('an address') };
    const order = () => canaries.make('an idempotency key');
    const hold = await visitor.shop('POST', '/v1/holds', { sku: 'phone', quantity: 2, ...buyer }, order());
    const { holdId } = (await hold.json());
    canaries.make('a hold id', holdId);
    const paymentRef = canaries.make('a payment reference');
    await visitor.shop('POST', `/v1/holds/${holdId}/confirm`, { paymentRef });
    await visitor.shop('DELETE', `/v1/holds/${holdId}`, undefined);
    await visitor.shop('GET', `/v1/holds/${holdId}`, undefined);
    await visitor.shop('POST', '/v1/holds', { sku: 'phone', quantity: 1, ...buyer }, order());
    await visitor.shop('POST', '/v1/holds', {
        sku: 'phone',
        quantity: 9,
        ...buyer,
        buyerId: canaries.make('a buyer'),
    });
    await visitor.shop('POST', '/v1/holds', { sku: 'phone', quantity: 1.5, ...buyer });
    await visitor.shop('POST', '/v1/holds', `{"buyerId":"${buyer.buyerId}"`);
    await visitor.shop('GET', `/v1/skus/${canaries.make('a path')}`, undefined);
    await visitor.operate('GET', `/v1/skus/phone/holds?buyerId=${buyer.buyerId}`);
    await visitor.operate('GET', '/v1/skus/phone/audit');
    await visitor.operate('GET', '/v1/skus', undefined, canaries.make('a wrong token'));
    await visitor.operate('PATCH', '/v1/skus/phone', `{"buyerLimit":"${canaries.make('a wrong value')}"}`);
}
async function publicPages(visitor) {
    for (const path of ['/metrics', '/readyz', '/healthz', '/openapi.json', '/problems/sold_out'])
        await visitor.operate('GET', path);
}
/** The one answer that may repeat what it was asked about is its own. */
function check(t, visitor) {
    for (const { where, text, mayHave } of visitor.shown) {
        const found = visitor.canaries.in(text).filter((what) => !visitor.canaries.in(mayHave).includes(what));
        // What a client is told of its own hold, and an operator of the holds they list, is the answer itself.
        const isAboutHolds = /holds/.test(where) && !/\((400|401|403|404|413|415)\)/.test(where);
        if (!isAboutHolds)
            t.same(found, [], where);
    }
    const logs = visitor.engine.logs();
    t.match(logs, '"level"', 'there are logs to look through');
    t.same(visitor.canaries.in(logs), [], 'the logs');
}
t.test('no secret and nothing personal is in logs, metrics or other answers, whatever goes wrong', async (t) => {
    const canaries = new Canaries();
    const [secret, token] = [
        canaries.make('a signing secret', randomBytes(24).toString('hex')),
        canaries.make('the token'),
    ];
    const redis = await freshRedis(t);
    const faultFile = join(temporaryDirectory(t, 'fault'), 'fault');
    const harness = new URL('../faults/thread-fault.js', import.meta.url).href;
    const database = new URL(await freshDatabase(t));
    canaries.make('the Redis password', decodeURIComponent(new URL(redis.engineUrl).password));
    canaries.make('the administrator’s Redis password', decodeURIComponent(new URL(redis.adminUrl).password));
    if (database.password === '')
        database.password = canaries.make('the database password');
    else
        canaries.make('the database password', decodeURIComponent(database.password));
    const engine = await startEngine(t, {
        ...{ REDIS_URL: redis.engineUrl, REDIS_ADMIN_URL: redis.adminUrl, DATABASE_URL: database.href },
        ...{ AUTH: 'on', STOREFRONT_KEYS: `shop:${KEY_ID}:${secret}`, ADMIN_TOKEN: token },
        ...{ LOG_LEVEL: 'debug', HOLD_ID_SECRET: canaries.make('the secret of hold ids') },
        ...{ NODE_OPTIONS: `--import=${harness}`, HOLDFAST_FAULT_FILE: faultFile },
    });
    const visitor = new Visitor(engine, canaries, secret, token);
    await sell(visitor);
    await publicPages(visitor);
    check(t, visitor);
    await t.test('when a shard dies', async (t) => {
        writeFileSync(faultFile, JSON.stringify({ thread: 'shard', fault: 'throw' }));
        await until(() => /a fault of the harness/.test(engine.logs()), { timeoutMs: 20_000 });
        await until(async () => (await visitor.operate('GET', '/readyz')).status === 200, {
            timeoutMs: 20_000,
        });
        await publicPages(visitor);
        check(t, visitor);
    });
    await t.test('when Redis is away, and when Postgres refuses an event', async (t) => {
        await redis.kill('SIGKILL');
        const buyerId = canaries.make('a buyer');
        await visitor.shop('POST', '/v1/holds', { sku: 'phone', buyerId, quantity: 1 }, canaries.make('a key'));
        await redis.restart();
        await until(async () => (await visitor.operate('GET', '/readyz')).status === 200, {
            timeoutMs: 20_000,
        });
        const client = new pg.Client({ connectionString: database.href });
        await client.connect();
        await client.query("ALTER TABLE holdfast.holds ADD CONSTRAINT refused CHECK (buyer_id NOT LIKE 'canary-refused%') NOT VALID");
        await client.end();
        const refusedBuyer = canaries.make('a refused buyer', `canary-refused-${randomBytes(6).toString('hex')}`);
        const held = {
            sku: 'phone',
            buyerId: refusedBuyer,
            quantity: 1,
            clientAddress: canaries.make('an address'),
        };
        const key = canaries.make('a key');
        // So short an outage may be over before `/readyz` told of it, and the first attempt still meet it.
        const isHeld = async () => (await visitor.shop('POST', '/v1/holds', held, key)).status < 300;
        await until(isHeld, { timeoutMs: 20_000, what: 'held' });
        await until(() => /quarantine/i.test(engine.logs()), { timeoutMs: 30_000 });
        await publicPages(visitor);
        check(t, visitor);
    });
    await t.test('when the process itself breaks', async (t) => {
        writeFileSync(faultFile, JSON.stringify({ thread: 'gateway', fault: 'throw' }));
        await until(() => engine.process.exitCode !== null, { timeoutMs: 20_000 });
        check(t, visitor);
    });
});
t.test('the scan finds a canary in any of its forms', async (t) => {
    const canaries = new Canaries();
    const value = canaries.make('a secret', 'canary with a space 123456');
    t.same(canaries.in(`x${value}y`), ['a secret']);
    t.same(canaries.in(encodeURIComponent(value)), ['a secret']);
    t.same(canaries.in(Buffer.from(value).toString('base64')), ['a secret']);
    t.same(canaries.in('nothing here'), []);
});
//# sourceMappingURL=canary.test.js.map
import { randomBytes } from 'node:crypto';
import { Router } from '../../src/actors/router.js';
import { loadConfig } from '../../src/config.js';
import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { partitionOf } from '../../src/domain/partition.js';
import { SharedState } from '../../src/domain/shared-state.js';
import { RedisStockStore } from '../../src/stock/store.js';
export const EPOCH = 1;
const minter = new HoldIdMinter('a secret of the tests');
export function testConfig(redisUrl, environment = {}) {
    return loadConfig({
        REDIS_URL: redisUrl,
        AUTH: 'off',
        PARTITIONS: '4',
        BOARD_SKUS: '1024',
        BOARD_FINGERPRINTS: '65536',
        ...environment,
    });
}
/** Makes the partitions, as the engine does before its shards start. */
export async function initialise(redisUrl, partitions) {
    const store = new RedisStockStore({ url: redisUrl, timeoutMs: 2000, adjustmentRetentionMs: 60_000 });
    await store.open();
    await store.initialise({ epoch: EPOCH, partitions, mayCreate: true });
    await store.close();
}
/** One engine's actors on a Redis, closed when `t` ends. */
export class TestEngine {
    router;
    config;
    shared;
    constructor(config, options) {
        this.config = config;
        this.shared = options.shared ?? new SharedState(config.PARTITIONS);
        this.router = new Router({ config, epoch: EPOCH, shared: this.shared, ...options });
    }
    static async start(t, redisUrl, environment = {}, options = {}) {
        const config = testConfig(redisUrl, environment);
        await initialise(redisUrl, config.PARTITIONS);
        const engine = new TestEngine(config, options);
        t.teardown(() => engine.router.close());
        await engine.router.start();
        return engine;
    }
    ask(command) {
        return new Promise((resolve) => this.router.submit(command, resolve));
    }
    holdCommand(sku, hold = {}) {
        const key = hold.key ?? randomBytes(9).toString('hex');
        minter.scope('shop', sku, key);
        const holdId = minter.mint(partitionOf(sku, this.config.PARTITIONS));
        const { buyerId = `buyer-${key}`, quantity = 1, certainlyNew = false } = hold;
        return { kind: 'hold', holdId, sku, buyerId, quantity, actor: 'request|key|', certainlyNew };
    }
    /** As the gateway does it: the board first, the actors if it does not refuse. */
    async buy(sku, hold) {
        const { board } = this.router;
        const fingerprint = minter.scope('shop', sku, hold.key);
        const verdict = board.look(sku, hold.quantity ?? 1, fingerprint);
        if (verdict !== 'ask' && verdict !== 'ask_new')
            return { kind: 'board', verdict };
        board.remember(fingerprint);
        return await this.ask(this.holdCommand(sku, { ...hold, certainlyNew: verdict === 'ask_new' }));
    }
    async define(sku, rules = {}) {
        const definition = {
            sku,
            total: 100,
            reserved: 0,
            buyerLimit: 0,
            holdTtlMs: 60_000,
            opensAt: 0,
            closesAt: 0,
            ...rules,
        };
        return viewOf(await this.ask({ kind: 'define', definition, actor: 'test||' }));
    }
    async open(sku) {
        return viewOf(await this.ask({ kind: 'change_state', sku, action: 'open', actor: 'test||' }));
    }
    async read(sku) {
        return viewOf(await this.ask({ kind: 'read_sku', sku }));
    }
    verdict(sku, quantity = 1, key = randomBytes(9).toString('hex')) {
        return this.router.board.look(sku, quantity, minter.scope('shop', sku, key));
    }
}
export function viewOf(outcome) {
    if (outcome.kind !== 'sku')
        throw new Error(`not a SKU but ${JSON.stringify(outcome)}`);
    return outcome.view;
}
/** `held`, `confirmed`, … or the code of the refusal. */
export function wordOf(outcome) {
    if (outcome.kind === 'hold')
        return outcome.hold.state;
    return outcome.kind === 'refused' ? outcome.code : outcome.kind;
}
//# sourceMappingURL=harness.js.map
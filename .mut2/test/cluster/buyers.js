import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { until } from '../support/until.js';
const REFUSALS = new Set(['unavailable', 'overloaded', 'sold_out', 'buyer_limit']);
/**
 * Buyers who hold, then confirm or release, and ask again with the same key until they know: over HTTP, as fast as the answers
 * come. Every answer is kept; one that no buyer may get is an error.
 */
export class Buyers {
    purchases = [];
    answers = new Map();
    #shop;
    #skus;
    #isOver = false;
    #running = [];
    constructor(shop, skus) {
        this.#shop = shop;
        this.#skus = skus;
    }
    /** So many buyers at the same time, until `stop`. */
    start(count) {
        this.#running = Array.from({ length: count }, (_, index) => this.#buy(index));
        // Told by `stop`; a test that failed before never asks.
        for (const buyer of this.#running) {
            buyer.catch(() => {
                this.#isOver = true;
            });
        }
    }
    /** Resolves when each buyer knows what became of their last purchase. */
    async stop() {
        this.#isOver = true;
        await Promise.all(this.#running);
    }
    countOf(state) {
        return this.purchases.filter((purchase) => purchase.state === state).length;
    }
    async #buy(index) {
        for (let round = 0; !this.#isOver; round += 1) {
            const sku = this.#skus[(index + round) % this.#skus.length];
            const key = randomBytes(9).toString('hex');
            const purchase = { sku, key, buyerId: `buyer-${key}`, holdId: '', state: 'unknown' };
            this.purchases.push(purchase);
            await this.#settle(purchase, () => this.#shop.hold(sku, purchase.buyerId, 1, key));
            if (purchase.state !== 'held')
                continue;
            const { holdId } = purchase;
            if (round % 3 === 0) {
                await this.#settle(purchase, () => this.#shop.confirm(holdId, `pay-${key}`));
            }
            else if (round % 3 === 1) {
                await this.#settle(purchase, () => this.#shop.shop('DELETE', `/v1/holds/${holdId}`));
            }
        }
    }
    /** Asks until the answer is certain. A refusal of confirm or release leaves the hold held: asked again. */
    async #settle(purchase, ask) {
        const isHold = purchase.state === 'unknown';
        let mayHaveHappened = false;
        await until(async () => {
            const { status, body } = await ask();
            const word = status < 300 ? String(body.state) : String(body.code);
            this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
            if (status < 300) {
                purchase.holdId = String(body.holdId);
                purchase.state = body.state;
                return true;
            }
            if (word === 'outcome_unknown') {
                mayHaveHappened = true;
                return false;
            }
            // The store lost something: nobody can say more, and nobody sells.
            if (word === 'store_rolled_back') {
                this.#isOver = true;
                return true;
            }
            if (!REFUSALS.has(word))
                throw new Error(`${status} ${JSON.stringify(body)} to ${purchase.key}`);
            if (!isHold || mayHaveHappened)
                return false;
            purchase.state = 'refused';
            return true;
        }, { timeoutMs: 30_000, what: `certain: ${purchase.key}` });
    }
}
/** Holds the ledger against what the buyers were told, and every SKU against everything that can be counted. */
export async function checkSales(t, shop, buyers, databaseUrl) {
    const skus = new Set(buyers.purchases.map(({ sku }) => sku));
    for (const sku of skus) {
        const audit = await until(() => shop.audit(sku), { timeoutMs: 20_000, what: `the audit of ${sku}` });
        const of = (state) => buyers.purchases.filter((purchase) => purchase.sku === sku && purchase.state === state).length;
        t.same(audit.differences, [], sku);
        t.match(audit.counters, { held: of('held'), sold: of('confirmed') }, `${sku}: what the buyers were told`);
    }
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
        const holds = await client.query('SELECT hold_id, state::text FROM holdfast.holds');
        const stateOf = new Map(holds.rows.map((row) => [row.hold_id, row.state]));
        const told = buyers.purchases.filter(({ state }) => state !== 'refused');
        const wrong = told.filter(({ holdId, state }) => stateOf.get(holdId) !== state);
        t.same(wrong, [], 'every acknowledged hold is in the ledger as the buyer knows it');
        t.equal(holds.rows.length, told.length, 'and no other');
        const gaps = await client.query('SELECT partition FROM holdfast.ledger_events GROUP BY partition HAVING count(*) <> max(seq) OR min(seq) <> 1');
        t.same(gaps.rows, [], 'the events of every partition are contiguous');
        const quarantined = await client.query('SELECT * FROM holdfast.quarantine');
        t.same(quarantined.rows, []);
    }
    finally {
        await client.end();
    }
}
//# sourceMappingURL=buyers.js.map
import { codeOf, expectStatus, member } from '../engine-api.js';
import { inParallel } from '../parallel.js';
/** Puts every product on sale. */
export async function openSale(products, options) {
    const { operations, concurrency, ttlMs, buyerLimit, onStep } = options;
    await inParallel(products, concurrency, async ({ sku, stock }) => {
        const path = `/v1/skus/${sku}`;
        const definition = { total: stock, holdTtlMs: ttlMs, ...(buyerLimit === 0 ? {} : { buyerLimit }) };
        expectStatus(`Defining ${sku}`, await operations.call('PUT', path, definition), 200, 201);
        expectStatus(`Opening ${sku}`, await operations.call('POST', `${path}/open`), 200);
        onStep();
    });
}
/**
 * Plays the steps: they start in time order and up to `concurrency` are on their way at once, so the lines of one invoice,
 * and of invoices that follow each other closely, race for the same stock.
 */
export async function play(plan, options) {
    const player = new Player(options);
    await inParallel(plan.steps, options.concurrency, async (step) => {
        await player.step(step);
        options.onStep();
    });
}
class Player {
    #options;
    #tally;
    constructor(options) {
        this.#options = options;
        this.#tally = options.tally;
    }
    async step(step) {
        if (step.kind === 'return')
            await this.#return(step);
        else
            await this.#sale(step);
    }
    async #sale(step) {
        this.#tally.add('offered', step.quantity);
        const answer = await this.#call(this.#options.storefront, 'POST', '/v1/holds', {
            body: { sku: step.product.sku, buyerId: step.buyerId, quantity: step.quantity },
            key: this.#key(step),
        });
        const holdId = member(answer.body, 'holdId');
        if ((answer.status === 201 || answer.status === 200) && typeof holdId === 'string') {
            this.#tally.accepted(step);
            await this.#decide(step, holdId);
        }
        else if (codeOf(answer) === 'sold_out')
            this.#tally.add('sold out', step.quantity);
        else if (codeOf(answer) === 'buyer_limit')
            this.#tally.add('buyer limit', step.quantity);
        else
            this.#tally.failed('hold', codeOf(answer), step.quantity);
    }
    /** The buyer's decision, at once: who waits for the deadline is looked at after it. */
    async #decide(step, holdId) {
        if (step.fate === 'expire') {
            this.#tally.abandoned.push({ holdId, step });
            return;
        }
        const { storefront } = this.#options;
        const answer = step.fate === 'confirm'
            ? await this.#call(storefront, 'POST', `/v1/holds/${holdId}/confirm`, {
                body: { paymentRef: `invoice-${step.invoice}-${step.line}` },
            })
            : await this.#call(storefront, 'DELETE', `/v1/holds/${holdId}`);
        if (answer.status !== 200) {
            // The deadline may pass while the request is on its way; then the hold has expired, as one left alone would.
            if (codeOf(answer) === 'hold_expired')
                this.#tally.add('expired', step.quantity);
            else
                this.#tally.failed(step.fate, codeOf(answer), step.quantity);
        }
        else if (step.fate === 'confirm')
            this.#tally.confirmed(step);
        else
            this.#tally.add('released', step.quantity);
    }
    async #return(step) {
        const path = `/v1/skus/${step.product.sku}/stock`;
        const answer = await this.#call(this.#options.operations, 'POST', path, {
            body: { delta: step.quantity, reason: `return, invoice ${step.invoice}` },
            key: this.#key(step),
        });
        if (answer.status !== 200) {
            this.#tally.failed('return', codeOf(answer), step.quantity);
            return;
        }
        this.#tally.add('returned', step.quantity);
        this.#tally.expected.get(step.product.sku).returnedUnits += step.quantity;
    }
    #key(step) {
        return `${this.#options.prefix}line-${step.line}`;
    }
    async #call(client, method, path, { body, key } = {}) {
        const answer = await client.call(method, path, body, key);
        this.#tally.repeats += answer.attempts - 1;
        return answer;
    }
}
//# sourceMappingURL=player.js.map
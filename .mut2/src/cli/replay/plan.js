import { createHash } from 'node:crypto';
import { classify, SKIP_REASONS } from './classify.js';
import { seededRandom, shuffled } from './random.js';
/** Reads all rows and plans what to play. Every line ends up in exactly one count. */
export async function makePlan(rows, options) {
    const found = [];
    for await (const row of rows) {
        if (found.length >= options.limit)
            break;
        found.push({ line: found.length + 1, order: classify(row, options.maximum) });
    }
    const products = planProducts(found, options);
    const fateOf = fates(options.seed);
    const skipped = new Map(SKIP_REASONS.map((reason) => [reason, 0]));
    const steps = [];
    for (const { line, order } of found) {
        const product = order.kind === 'skipped' ? undefined : products.get(order.code);
        if (order.kind === 'skipped' || product === undefined) {
            const reason = order.kind === 'skipped' ? order.reason : 'return of a product not on sale';
            skipped.set(reason, skipped.get(reason) + 1);
            continue;
        }
        const { at, invoice, quantity } = order;
        const facts = { line, at, invoice, product, quantity };
        if (order.kind === 'return')
            steps.push({ kind: 'return', ...facts });
        else
            steps.push({ kind: 'sale', ...facts, buyerId: identifier(order.customer), fate: fateOf() });
    }
    steps.sort((left, right) => left.at - right.at || left.line - right.line);
    const offered = steps.filter(({ kind }) => kind === 'sale').length;
    const plan = {
        lines: found.length,
        products: [...products.values()],
        steps,
        offered,
        returns: steps.length - offered,
        skipped,
    };
    checkEveryLineCounted(plan);
    return plan;
}
function planProducts(found, options) {
    const demand = new Map();
    for (const { order } of found) {
        if (order.kind === 'sale')
            demand.set(order.code, (demand.get(order.code) ?? 0) + order.quantity);
    }
    const products = new Map();
    for (const [code, units] of demand) {
        // The share of a whole number is not always one in floating point: 0.6 × 5 must not become 4.
        const stock = Math.ceil(Number((options.stockRatio * units).toFixed(6)));
        products.set(code, { sku: identifier(options.prefix + code), demand: units, stock });
    }
    return products;
}
/**
 * Four in five confirm, one in ten releases, one in ten lets the hold expire: shuffled in blocks of ten, so that the
 * shares are right in every stretch of the file and not only over all of it.
 */
function fates(seed) {
    const random = seededRandom(seed);
    const block = [...new Array(8).fill('confirm'), 'release', 'expire'];
    let left = [];
    return () => {
        if (left.length === 0)
            left = shuffled(block, random);
        return left.pop();
    };
}
const IDENTIFIER_LENGTH_MAX = 64;
/** A text as an identifier of the API: what it does not allow becomes `~` and the character's number, so none are mixed up. */
function identifier(text) {
    const safe = text.replace(/[^A-Za-z0-9._:@+-]/gu, (character) => `~${character.codePointAt(0).toString(36)}~`);
    if (safe.length <= IDENTIFIER_LENGTH_MAX)
        return safe;
    return createHash('sha256').update(text).digest('hex');
}
function checkEveryLineCounted(plan) {
    let counted = plan.offered + plan.returns;
    for (const count of plan.skipped.values())
        counted += count;
    if (counted !== plan.lines) {
        throw new Error(`${plan.lines} lines were read but ${counted} counted: some would be dropped silently`);
    }
}
//# sourceMappingURL=plan.js.map
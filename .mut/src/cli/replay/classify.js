/** Why a line is no sale. Every line of the file is a sale, a return, or one of these. */
export const SKIP_REASONS = [
    'unreadable',
    'postage',
    'discount',
    'fee or manual entry',
    'zero quantity',
    'write-off',
    'no price',
    'no customer',
    'over the maximum',
    'return of a product not on sale',
];
/** Codes of the shop that stand for carriage; goods have five digits and perhaps letters. */
const POSTAGE = new Set(['POST', 'DOT', 'C2']);
const DISCOUNT = new Set(['D']);
const PRODUCT = /^\d{5}[A-Z]{0,10}$/;
const WHOLE_NUMBER = /^[+-]?\d{1,9}$/;
const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
/** What to do with a line. `maximum`: most units one hold may ask for. */
export function classify(row, maximum) {
    const code = row.code.trim().toUpperCase();
    const customer = row.customer.trim();
    const quantity = WHOLE_NUMBER.test(row.quantity.trim()) ? Number(row.quantity) : Number.NaN;
    const price = DECIMAL.test(row.unitPrice.trim()) ? Number(row.unitPrice) : Number.NaN;
    const at = Date.parse(row.invoicedAt);
    const invoice = row.invoice.trim();
    if (invoice === '' || code === '' || Number.isNaN(quantity + price + at))
        return skipped('unreadable');
    if (POSTAGE.has(code))
        return skipped('postage');
    if (DISCOUNT.has(code))
        return skipped('discount');
    if (!PRODUCT.test(code))
        return skipped('fee or manual entry');
    if (quantity === 0)
        return skipped('zero quantity');
    const cancelled = /^c/i.test(invoice);
    if (quantity < 0) {
        // A negative line on an ordinary invoice is the shop's own correction (damaged, lost): nothing came back.
        if (!cancelled)
            return skipped('write-off');
        return { kind: 'return', invoice, code, quantity: -quantity, at };
    }
    if (cancelled)
        return skipped('unreadable');
    if (price <= 0)
        return skipped('no price');
    if (customer === '')
        return skipped('no customer');
    if (quantity > maximum)
        return skipped('over the maximum');
    return { kind: 'sale', invoice, code, quantity, at, customer };
}
function skipped(reason) {
    return { kind: 'skipped', reason };
}
//# sourceMappingURL=classify.js.map
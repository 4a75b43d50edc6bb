const HEADER = 'invoice_no,stock_code,description,quantity,invoiced_at,unit_price,customer_id,country';
/** A CSV file of orders like the real ones: a few wanted products, buyers who come back, returns and lines that are no sale. */
export function orders(count) {
    const lines = [];
    for (let index = 0; index < count; index += 1) {
        const invoice = 536_000 + Math.floor(index / 4);
        const code = 20_000 + (index % 7);
        const at = new Date(Date.UTC(2010, 11, 1, 8, Math.floor(index / 4))).toISOString();
        const customer = 17_000 + (Math.floor(index / 4) % 9);
        if (index % 24 === 11)
            lines.push(`C${invoice},${code},MUG,-2,${at},2.55,${customer},France`);
        else if (index % 24 === 17)
            lines.push(`${invoice},POST,POSTAGE,1,${at},18,${customer},France`);
        else if (index % 24 === 23)
            lines.push(`${invoice},${code},MUG,5000,${at},2.55,${customer},France`);
        else
            lines.push(`${invoice},${code},MUG,${1 + (index % 5)},${at},2.55,${customer},France`);
    }
    return [HEADER, ...lines, ''].join('\n');
}
//# sourceMappingURL=orders.js.map
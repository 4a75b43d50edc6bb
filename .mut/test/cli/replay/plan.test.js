import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, {} from 'tap';
import { OrderFileError, readOrderFile } from '../../../src/cli/replay/order-file.js';
import { makePlan } from '../../../src/cli/replay/plan.js';
import { IDENTIFIER_PATTERN } from '../../../src/domain/identifiers.js';
import { temporaryDirectory } from '../../support/directories.js';
const HEADER = 'invoice_no,stock_code,description,quantity,invoiced_at,unit_price,customer_id,country';
const REAL_FILE = fileURLToPath(new URL('../../../../../shared/data/online-retail.csv', import.meta.url));
const OPTIONS = { stockRatio: 0.6, maximum: 10, prefix: 't-', seed: 1, limit: 1_000_000 };
function file(t, ...lines) {
    const path = join(temporaryDirectory(t, 'orders'), 'orders.csv');
    writeFileSync(path, [HEADER, ...lines].join('\n'));
    return path;
}
function sale(invoice, code, quantity, minute = 0, customer = '17850') {
    const at = new Date(Date.UTC(2010, 11, 1, 8, minute)).toISOString();
    return `${invoice},${code},"MUG, ""RED""",${quantity},${at},2.55,${customer},United Kingdom`;
}
function planOf(path, options = {}) {
    return makePlan(readOrderFile(path), { ...OPTIONS, ...options });
}
t.test('stock is the share of the demand of lines that are sales, rounded up', async (t) => {
    const plan = await planOf(file(t, sale('1', '10001', 5), sale('2', '10001', 6), sale('3', '10001', 99), sale('4', '20002', 1)));
    t.same(plan.products, [
        { sku: 't-10001', demand: 11, stock: 7 },
        { sku: 't-20002', demand: 1, stock: 1 },
    ]);
    t.equal((await planOf(file(t, sale('1', '10001', 5)))).products[0]?.stock, 3, '0.6 × 5 is 3');
});
t.test('plays in time order, whatever the order of the file', async (t) => {
    const plan = await planOf(file(t, sale('3', '10001', 1, 30), sale('1', '10001', 1, 10), sale('2a', '10001', 1, 20), sale('2b', '10001', 1, 20)));
    t.same(plan.steps.map(({ invoice, line }) => [invoice, line]), [
        ['1', 2],
        ['2a', 3],
        ['2b', 4],
        ['3', 1],
    ]);
});
t.test('a return puts back only what is on sale', async (t) => {
    const plan = await planOf(file(t, sale('1', '10001', 5), sale('C2', '10001', -3), sale('C3', '30003', -1)));
    t.equal(plan.returns, 1);
    t.equal(plan.skipped.get('return of a product not on sale'), 1);
});
t.test('no line is lost: broken ones are counted', async (t) => {
    const plan = await planOf(file(t, sale('1', '10001', 5), 'too,few', `${sale('2', '10001', 5)},too many`, sale('3', 'POST', 1), ',,,,,,,'));
    t.equal(plan.lines, 5);
    t.equal(plan.offered, 1);
    t.equal(plan.skipped.get('unreadable'), 3);
    t.equal(plan.skipped.get('postage'), 1);
});
t.test('plays only so many lines when told', async (t) => {
    const plan = await planOf(file(t, sale('1', '10001', 5), sale('2', '10001', 5), sale('3', '10001', 5)), {
        limit: 2,
    });
    t.equal(plan.lines, 2);
    t.equal(plan.products[0]?.demand, 10);
});
t.test('names are names the API takes, and different ones stay different', async (t) => {
    const customers = ['17850', 'a b', 'a~b', 'a{b', 'é', 'x'.repeat(80), `${'x'.repeat(79)}y`];
    const plan = await planOf(file(t, ...customers.map((customer) => sale('1', '10001', 1, 0, customer))));
    const buyers = plan.steps.map((step) => step.buyerId);
    for (const buyer of buyers)
        t.match(buyer, IDENTIFIER_PATTERN);
    t.equal(new Set(buyers).size, customers.length);
});
t.test('four in five confirm, one in ten releases, one in ten expires, the same for the same seed', async (t) => {
    const lines = Array.from({ length: 500 }, (_, index) => sale(String(index), '10001', 1, index % 60));
    const path = file(t, ...lines);
    const fates = async (seed) => (await planOf(path, { seed })).steps.map((step) => `${step.line} ${step.fate}`);
    const first = await fates(1);
    t.equal(first.filter((fate) => fate.endsWith('confirm')).length, 400);
    t.equal(first.filter((fate) => fate.endsWith('release')).length, 50);
    t.equal(first.filter((fate) => fate.endsWith('expire')).length, 50);
    t.same(await fates(1), first);
    t.notSame(await fates(2), first);
});
t.test('a file that is none gets one sentence', async (t) => {
    const directory = temporaryDirectory(t, 'orders');
    const cases = [
        ['absent.csv', undefined, /^Cannot read .*absent\.csv: there is no such file\.$/],
        ['empty.csv', '', /is empty\.$/],
        ['other.csv', 'name,age\nada,36\n', /is no file of orders: its first line lacks invoice_no, stock_code/],
        ['open.csv', `${HEADER}\n1,"never closed${'x'.repeat(100_000)}`, /is not CSV: /],
    ];
    for (const [name, text, expected] of cases) {
        const path = join(directory, name);
        if (text !== undefined)
            writeFileSync(path, text);
        await t.rejects(planOf(path), { constructor: OrderFileError, message: expected }, name);
    }
    await t.rejects(planOf(directory), { message: /: it is a folder\.$/ });
});
t.test('the real file', { skip: existsSync(REAL_FILE) ? false : 'no ../shared/data here' }, async (t) => {
    const plan = await planOf(REAL_FILE);
    t.equal(plan.lines, 6521);
    t.equal(plan.offered, 2970);
    t.ok(plan.returns > 50);
    t.match(Object.fromEntries(plan.skipped), {
        'no customer': 2070,
        'over the maximum': 1369,
        postage: 14,
        discount: 1,
    });
    t.equal(plan.skipped.get('unreadable'), 0);
});
//# sourceMappingURL=plan.test.js.map
import t from 'tap';
import { classify } from '../../../src/cli/replay/classify.js';
const ROW = {
    invoice: '536365',
    code: '85123A',
    quantity: '6',
    invoicedAt: '2010-12-01T08:26:00Z',
    unitPrice: '2.55',
    customer: '17850',
};
const MAXIMUM = 10;
function row(changes) {
    return { ...ROW, ...changes };
}
t.test('a sale', async (t) => {
    t.same(classify(ROW, MAXIMUM), {
        kind: 'sale',
        invoice: '536365',
        code: '85123A',
        quantity: 6,
        at: Date.UTC(2010, 11, 1, 8, 26),
        customer: '17850',
    });
    t.match(classify(row({ quantity: '10' }), MAXIMUM), { kind: 'sale', quantity: 10 }, 'the maximum itself');
    t.match(classify(row({ code: '85099b' }), MAXIMUM), { code: '85099B' }, 'one product, however it is written');
});
t.test('a return', async (t) => {
    const returned = classify(row({ invoice: 'C536391', quantity: '-24', code: '21984' }), MAXIMUM);
    t.match(returned, { kind: 'return', quantity: 24, code: '21984' });
    t.match(classify(row({ invoice: 'C536391', quantity: '-1', customer: '', unitPrice: '0' }), MAXIMUM), { kind: 'return' }, 'also of nobody in particular');
});
const SKIPPED = [
    ['postage', { code: 'POST' }],
    ['postage', { code: 'DOT' }],
    ['postage', { code: 'C2' }],
    ['discount', { code: 'D', invoice: 'C536379', quantity: '-1' }],
    ['fee or manual entry', { code: 'M' }],
    ['fee or manual entry', { code: 'BANK CHARGES' }],
    ['fee or manual entry', { code: 'gift_0001_40' }],
    ['zero quantity', { quantity: '0' }],
    ['write-off', { quantity: '-10', unitPrice: '0', customer: '' }],
    ['no price', { unitPrice: '0' }],
    ['no price', { unitPrice: '-11062.06' }],
    ['no customer', { customer: '' }],
    ['no customer', { customer: '  ' }],
    ['over the maximum', { quantity: '11' }],
    ['over the maximum', { quantity: '74215' }],
    ['unreadable', { quantity: '1.5' }],
    ['unreadable', { quantity: '' }],
    ['unreadable', { quantity: '1e3' }],
    ['unreadable', { quantity: '99999999999999999999' }],
    ['unreadable', { unitPrice: 'free' }],
    ['unreadable', { unitPrice: '' }],
    ['unreadable', { invoicedAt: 'yesterday' }],
    ['unreadable', { invoice: '' }],
    ['unreadable', { code: '' }],
    ['unreadable', { invoice: 'C536391' }],
];
t.test('what is no sale, by reason', async (t) => {
    for (const [reason, changes] of SKIPPED) {
        t.same(classify(row(changes), MAXIMUM), { kind: 'skipped', reason }, JSON.stringify(changes));
    }
});
//# sourceMappingURL=classify.test.js.map
import fc from 'fast-check';
import t from 'tap';
import { IDEMPOTENCY_KEY_PATTERN } from '../../src/domain/identifiers.js';
import { digitsOf, isKey } from '../../src/gateway/characters.js';
t.test('keys are what the pattern of the domain says', async (t) => {
    const keyLike = fc.stringMatching(/^[A-Za-z0-9._:@+~-]{6,130}$/);
    const anything = fc.string({ minLength: 6, maxLength: 130, unit: 'binary' });
    fc.assert(fc.property(fc.oneof(keyLike, anything), (text) => {
        t.equal(isKey(text), IDEMPOTENCY_KEY_PATTERN.test(text), JSON.stringify(text));
    }), { numRuns: 500 });
    for (let code = 0; code < 300; code += 1) {
        const text = `12345678${String.fromCharCode(code)}`;
        t.equal(isKey(text), IDEMPOTENCY_KEY_PATTERN.test(text), `character ${code}`);
    }
});
t.test('digits mean their number and nothing else means one', async (t) => {
    t.equal(digitsOf('0042', 5), 42);
    t.equal(digitsOf('999999999999999', 15), 999_999_999_999_999);
    for (const text of ['', ' 1', '1 ', '+1', '-1', '1.0', '1e1', '0x1', '１', '123456']) {
        t.ok(Number.isNaN(digitsOf(text, 5)), text);
    }
});
//# sourceMappingURL=characters.test.js.map
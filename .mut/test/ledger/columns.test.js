import fc from 'fast-check';
import pg from 'pg';
import t from 'tap';
import { bytesArray, numberArray, textArray } from '../../src/ledger/columns.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
leftovers(t);
const text = fc
    .oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', 'a","b', '\\"', ' ', ',', '\n', "'"))
    // Neither gets past the gateway; Postgres refuses both.
    .filter((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value));
t.test('Postgres reads each array as what it was made from', async (t) => {
    const client = new pg.Client({ connectionString: await freshDatabase(t) });
    await client.connect();
    t.teardown(() => client.end());
    await fc.assert(fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), fc.array(fc.option(fc.maxSafeInteger()), { maxLength: 20 }), fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), async (texts, numbers, bytes) => {
        const buffers = bytes.map((one) => Buffer.from(one));
        const { rows } = await client.query('SELECT $1::text[] AS texts, $2::bigint[] AS numbers, $3::bytea[] AS bytes', [textArray(texts), numberArray(numbers), bytesArray(buffers)]);
        const [row] = rows;
        const found = row.numbers.map((value) => (value === null ? null : Number(value)));
        return (JSON.stringify([row.texts, found]) === JSON.stringify([texts, numbers]) &&
            Buffer.concat(row.bytes).equals(Buffer.concat(buffers)));
    }), { numRuns: 200 });
    t.pass('for 200 random arrays');
});
//# sourceMappingURL=columns.test.js.map
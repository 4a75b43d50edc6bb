import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
/** The file cannot be read as orders. The message is for the user. */
export class OrderFileError extends Error {
    name = 'OrderFileError';
}
const COLUMNS = {
    invoice: 'invoice_no',
    code: 'stock_code',
    quantity: 'quantity',
    invoicedAt: 'invoiced_at',
    unitPrice: 'unit_price',
    customer: 'customer_id',
};
/** A line longer than this is not an order but a quote that was never closed. */
const LINE_BYTES_MAX = 65_536;
/** More lines than this do not fit in memory with their plan. */
const LINES_MAX = 5_000_000;
/**
 * The lines of a CSV file of orders in the order of the file, read as a stream. A line with too few or too many fields
 * comes out as a row of empty texts, so that it is counted and not lost.
 */
export async function* readOrderFile(path) {
    const source = createReadStream(path);
    const records = source.pipe(parse({ bom: true, relax_column_count: true, relax_quotes: true, max_record_size: LINE_BYTES_MAX }));
    // pipe() does not hand errors on, and an error nobody hears ends the process.
    source.on('error', (error) => records.destroy(error));
    let columns;
    let lines = 0;
    try {
        for await (const record of records) {
            if (columns === undefined)
                columns = findColumns(path, record);
            else {
                if (++lines > LINES_MAX)
                    throw new OrderFileError(`${path} has more than ${LINES_MAX} lines.`);
                yield rowOf(record, columns);
            }
        }
    }
    catch (error) {
        throw explained(path, error);
    }
    finally {
        source.destroy();
    }
    if (columns === undefined)
        throw new OrderFileError(`${path} is empty.`);
}
function findColumns(path, header) {
    const names = header.map((name) => name.trim());
    const missing = Object.values(COLUMNS).filter((name) => !names.includes(name));
    if (missing.length > 0) {
        throw new OrderFileError(`${path} is no file of orders: its first line lacks ${missing.join(', ')}.`);
    }
    const index = Object.fromEntries(Object.entries(COLUMNS).map(([field, name]) => [field, names.indexOf(name)]));
    return { count: names.length, index };
}
function rowOf(record, { count, index }) {
    const whole = record.length === count;
    const field = (name) => (whole ? (record[index[name]] ?? '') : '');
    return {
        invoice: field('invoice'),
        code: field('code'),
        quantity: field('quantity'),
        invoicedAt: field('invoicedAt'),
        unitPrice: field('unitPrice'),
        customer: field('customer'),
    };
}
function explained(path, error) {
    if (error instanceof CsvError)
        return new OrderFileError(`${path} is not CSV: ${error.message}.`);
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
        const reasons = {
            ENOENT: 'there is no such file',
            EISDIR: 'it is a folder',
            EACCES: 'it may not be read',
        };
        return new OrderFileError(`Cannot read ${path}: ${reasons[error.code] ?? error.message}.`);
    }
    return error;
}
//# sourceMappingURL=order-file.js.map
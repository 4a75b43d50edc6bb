import { address, number, parseArguments, UsageError, whole } from '../arguments.js';
export const REPLAY_HELP = `Usage: npm run replay -- FILE.csv [OPTIONS]

Plays a file of real orders against a running engine ("npm start" in another terminal), then audits it.
Each product becomes a SKU with less stock than was asked for, and the buyers race for it: four in five holds are
confirmed, one in ten is released, the rest expire. Returns put stock back. In the end every SKU is audited in Redis,
in Postgres and against what this client saw. The exit code is 0 when all agree, 1 when something does not, 2 when the
replay could not run, 130 after Ctrl-C.

  --url URL            storefront listener              (http://127.0.0.1:8080)
  --admin-url URL      operations listener              (http://127.0.0.1:9090)
  --stock-ratio SHARE  stock as a share of the demand   (0.6)
  --ttl MS             how long a hold lasts            (3000)
  --buyer-limit UNITS  most units of a SKU one buyer may have, 0 for no limit (12)
  --concurrency N      requests on their way at once    (64)
  --limit N            play only the first N lines
  --prefix TEXT        begins the names of the SKUs     (one of its own for each run)
  --seed N             who confirms, releases or lets go (1)
  --json               print the result as JSON

The file has the columns invoice_no, stock_code, quantity, invoiced_at, unit_price and customer_id.
With AUTH=on: HOLDFAST_KEY_ID, HOLDFAST_SECRET and HOLDFAST_ADMIN_TOKEN in the environment.
`;
const OPTIONS = {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    'admin-url': { type: 'string', default: 'http://127.0.0.1:9090' },
    'stock-ratio': { type: 'string', default: '0.6' },
    ttl: { type: 'string', default: '3000' },
    'buyer-limit': { type: 'string', default: '12' },
    concurrency: { type: 'string', default: '64' },
    limit: { type: 'string', default: '5000000' },
    prefix: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
};
/** `now` makes the default prefix: milliseconds since 1970. Throws `UsageError`; answers `help` when that was asked. */
export function parseReplayOptions(argv, now) {
    const { values, positionals } = parseArguments(argv, OPTIONS);
    if (values.help)
        return 'help';
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0)
        throw new UsageError('Name one file of orders: npm run replay -- FILE.csv');
    const prefix = values.prefix ?? `replay-${now.toString(36)}-`;
    if (!/^[A-Za-z0-9._:@+-]{1,32}$/.test(prefix)) {
        throw new UsageError('--prefix is 1 to 32 of A-Za-z0-9._:@+-');
    }
    return {
        file,
        url: address('--url', values.url),
        adminUrl: address('--admin-url', values['admin-url']),
        stockRatio: number('--stock-ratio', values['stock-ratio'], 0.001, 10),
        ttlMs: whole('--ttl', values.ttl, 100, 3_600_000),
        concurrency: whole('--concurrency', values.concurrency, 1, 1024),
        buyerLimit: whole('--buyer-limit', values['buyer-limit'], 0, 1_000_000),
        limit: whole('--limit', values.limit, 1, 5_000_000),
        prefix,
        seed: whole('--seed', values.seed, 0, 4_294_967_295),
        json: values.json,
    };
}
//# sourceMappingURL=options.js.map
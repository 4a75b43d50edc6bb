import t from 'tap';
import { UsageError } from '../../../src/cli/arguments.js';
import { parseReplayOptions, REPLAY_HELP } from '../../../src/cli/replay/options.js';
t.test('defaults, as the help states them', async (t) => {
    const options = parseReplayOptions(['orders.csv'], 1_700_000_000_000);
    if (options === 'help')
        return t.fail('no help was asked for');
    const stated = (option) => new RegExp(`--${option} .*\\(([^()]+)\\)`).exec(REPLAY_HELP)?.[1];
    t.equal(stated('url'), options.url);
    t.equal(stated('admin-url'), options.adminUrl);
    t.equal(stated('stock-ratio'), String(options.stockRatio));
    t.equal(stated('ttl'), String(options.ttlMs));
    t.equal(stated('buyer-limit'), String(options.buyerLimit));
    t.equal(stated('concurrency'), String(options.concurrency));
    t.equal(stated('seed'), String(options.seed));
    t.match(options.prefix, /^replay-[0-9a-z]+-$/);
});
t.test('each run has SKUs of its own', async (t) => {
    t.notSame(parseReplayOptions(['o.csv'], 1), parseReplayOptions(['o.csv'], 2));
});
t.test('help', async (t) => {
    t.equal(parseReplayOptions(['--help'], 0), 'help');
});
t.test('wrong calls name what is wrong', async (t) => {
    const wrong = [
        [[], /Name one file/],
        [['a.csv', 'b.csv'], /Name one file/],
        [['a.csv', '--ttl', '99'], /--ttl must be a whole number from 100/],
        [['a.csv', '--ttl', '1.5'], /--ttl/],
        [['a.csv', '--stock-ratio', '0'], /--stock-ratio/],
        [['a.csv', '--stock-ratio', ''], /--stock-ratio/],
        [['a.csv', '--concurrency', '0'], /--concurrency/],
        [['a.csv', '--url', 'localhost:8080'], /--url must be an address/],
        [['a.csv', '--prefix', 'a b'], /--prefix/],
        [['a.csv', '--fast'], /--fast/],
    ];
    for (const [argv, expected] of wrong) {
        t.throws(() => parseReplayOptions(argv, 0), { constructor: UsageError, message: expected }, argv.join(' '));
    }
});
//# sourceMappingURL=options.test.js.map
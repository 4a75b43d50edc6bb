import t from 'tap';
import { BENCHMARKS, parseOptions, SERIES, USAGE } from '../../bench/options.js';

t.test('everything runs when nothing is named', async (t) => {
  const options = parseOptions([]);
  t.same(options?.benchmarks, BENCHMARKS);
  t.equal(options?.gate, false);
  t.equal(options?.connections, 256);
});

t.test('named benchmarks run in their usual order', async (t) => {
  t.same(parseOptions(['--only', 'memory', '--only', 'throughput'])?.benchmarks, ['throughput', 'memory']);
});

t.test('named series of scaling run in their usual order', async (t) => {
  t.same(parseOptions([])?.series, SERIES);
  const argv = ['--only', 'scaling', '--series', 'shards', '--series', 'holds'];
  t.same(parseOptions(argv)?.series, ['holds', 'shards']);
});

t.test('wrong options are named with what would be right', async (t) => {
  t.throws(() => parseOptions(['--only', 'speed']), {
    message: /throughput, ledger, scaling, memory, deadlines, not speed/,
  });
  t.throws(() => parseOptions(['--series', 'cores']), { message: /--series knows skus, .*, not cores/ });
  t.throws(() => parseOptions(['--rounds', '0']), { message: /--rounds must be a whole number from 1 / });
  t.throws(() => parseOptions(['--seconds', '1.5']), { message: /--seconds/ });
  t.throws(() => parseOptions(['--fast']), { message: /fast/ });
});

t.test('a quick run is short, where nothing else is said', async (t) => {
  t.match(parseOptions(['--quick', '--burst', '5000']), { quick: true, rounds: 1, seconds: 1, burst: 5000 });
  t.match(parseOptions([]), { quick: false, rounds: 5, seconds: 8, warmUpSeconds: 3, burst: 500_000 });
});

t.test('help names every option there is', async (t) => {
  t.equal(parseOptions(['--help']), undefined);
  for (const option of Object.keys(parseOptions([]) ?? {})) {
    if (option === 'benchmarks') continue;
    const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    t.ok(USAGE.includes(flag), flag);
  }
});

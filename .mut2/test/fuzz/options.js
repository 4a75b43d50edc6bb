import { address, parseArguments, UsageError, whole } from '../../src/cli/arguments.js';
export const FUZZ_HELP = `Usage: npm run fuzz -- [OPTIONS]

Sends hostile requests over raw connections to a running engine: broken and contradicting framing, pipelines, cut and mutated
requests, hostile JSON, targets, headers. Every answer is held against the contract, and at the end nothing may be left over.
Starts an engine with stores of its own, once with AUTH=off and once with AUTH=on. The exit code is 0 when nothing was found.

  --inputs N        inputs in all                              (100000)
  --seed N          which inputs                               (from the clock; printed)
  --only N          only this input of the seed, shown in full
  --width N         connections at once                        (64)
  --auth MODE       off, on or both                            (both)
  --url URL         storefront of an engine that runs already, with AUTH=off (it must be for tests: it is given SKUs)
  --admin-url URL   its operations listener                    (http://127.0.0.1:9090)
  --help            this text
`;
const SEED_MAX = 2 ** 32 - 1;
/** `help`, or what to do. Throws `UsageError`. */
export function parseFuzzOptions(argv) {
    const { values } = parseArguments(argv, {
        inputs: { type: 'string', default: '100000' },
        seed: { type: 'string' },
        only: { type: 'string' },
        width: { type: 'string', default: '64' },
        auth: { type: 'string' },
        url: { type: 'string' },
        'admin-url': { type: 'string', default: 'http://127.0.0.1:9090' },
        help: { type: 'boolean', short: 'h', default: false },
    });
    if (values.help)
        return 'help';
    const { auth, only, url } = values;
    if (auth !== undefined && !/^(off|on|both)$/.test(auth))
        throw new UsageError(`--auth must be off, on or both, not ${JSON.stringify(auth)}`);
    if (url !== undefined && auth !== undefined && auth !== 'off')
        throw new UsageError('--url needs an engine with AUTH=off: leave --auth out');
    return {
        inputs: whole('--inputs', values.inputs, 1, 1_000_000_000),
        seed: values.seed === undefined ? Date.now() % SEED_MAX : whole('--seed', values.seed, 0, SEED_MAX),
        only: only === undefined ? undefined : whole('--only', only, 0, 1_000_000_000),
        width: whole('--width', values.width, 1, 512),
        passes: url !== undefined || auth === 'off' ? ['off'] : auth === 'on' ? ['on'] : ['off', 'on'],
        target: url === undefined
            ? undefined
            : {
                storefrontUrl: address('--url', url),
                operationsUrl: address('--admin-url', values['admin-url']),
            },
    };
}
//# sourceMappingURL=options.js.map
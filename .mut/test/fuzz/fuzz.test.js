import t from 'tap';
import { runCli } from '../support/cli.js';
import { leftovers } from '../support/leftovers.js';
import { AnswerReader, checkAnswer, WrongAnswer } from './answers.js';
import { generate } from './generate.js';
import { Lane } from './lane.js';
leftovers(t);
/** Fixed, so that this test says the same every time; `.ci/run` and `npm run fuzz` take others. */
const SEED = 3;
const INPUTS = 20_000;
t.test('an input is made again from its seed and number alone', async (t) => {
    for (let index = 0; index < 500; index += 1) {
        t.same(generate(7, index, undefined), generate(7, index, undefined));
        if (t.counts.fail > 0)
            return;
    }
    t.not(generate(7, 1, undefined).bytes.toString(), generate(8, 1, undefined).bytes.toString());
});
const REFUSAL = JSON.stringify({
    ...{ type: '/problems/sold_out', title: 'Sold out', status: 409, code: 'sold_out' },
    ...{ detail: 'none left', requestId: 'r-1' },
});
const problem = (status, body, id = 'r-1') => `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nX-Request-Id: ${id}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
t.test('the judge sees what is wrong with an answer', async (t) => {
    const judge = (text, expected = {}) => {
        const reader = new AnswerReader(() => false);
        // In two pieces, as answers come.
        reader.add(Buffer.from(text.slice(0, 20)));
        reader.add(Buffer.from(text.slice(20)));
        for (const answer of reader.answers)
            checkAnswer(answer, expected);
        if (reader.answers.length === 0)
            throw new WrongAnswer('none');
    };
    t.doesNotThrow(() => judge(problem('409 Conflict', REFUSAL)));
    t.doesNotThrow(() => judge('HTTP/1.1 100 Continue\r\n\r\n'.concat(problem('409 Conflict', REFUSAL))));
    for (const [what, text, expected] of [
        ['an internal error', problem('500 Internal Server Error', REFUSAL)],
        ['another status than its own', problem('404 Not Found', REFUSAL)],
        ["another request's id", problem('409 Conflict', REFUSAL, 'r-2')],
        ['a code nobody knows', problem('409 Conflict', REFUSAL.replace('"sold_out"', '"other"'))],
        ['no JSON', problem('409 Conflict', REFUSAL.slice(1))],
        ['not the status expected', problem('409 Conflict', REFUSAL), { statuses: [201] }],
        ["another's answer", problem('409 Conflict', REFUSAL), { contains: '"buyerId":"ada"' }],
        ['no HTTP', 'hello, this is no answer at all\r\n\r\n'],
        ['a header that was smuggled in', problem('409 Conflict', REFUSAL).replace('X-Req', 'X: y\nX-Req')],
        ['a header twice', problem('409 Conflict', REFUSAL).replace('X-Req', 'X-Request-Id: r-1\r\nX-Req')],
        ['no id', problem('409 Conflict', REFUSAL).replace('X-Request-Id', 'X-Other')],
    ])
        t.throws(() => judge(text, expected), WrongAnswer, what);
});
t.test('the judge sees a server that answers twice, or another request', async (t) => {
    const { createServer } = await import('node:net');
    const answer = problem('409 Conflict', REFUSAL);
    const server = createServer((socket) => {
        socket.on('data', () => socket.write(answer + answer));
        socket.on('error', () => undefined);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const { port } = server.address();
    const lane = new Lane('127.0.0.1', port);
    t.teardown(() => lane.close());
    const bytes = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const input = { family: 'this', listener: 'storefront', bytes, ending: 'answers', expected: [{}] };
    t.match((await lane.send(input)).failure, /2 answers to one request/);
});
t.test('nothing is found in twenty thousand hostile inputs', async (t) => {
    const { code, stdout, stderr } = await runCli(t, 'fuzz', ['--inputs', `${INPUTS}`, '--seed', `${SEED}`]);
    t.equal(code, 0, `${stdout}\n${stderr}`);
    t.match(stdout, 'Nothing was found.');
});
t.test('options that contradict or do not exist are refused with a sentence', async (t) => {
    for (const [args, sentence] of [
        [['--inputs', '0'], /--inputs must be a whole number from 1/],
        [['--auth', 'maybe'], /--auth must be off, on or both/],
        [['--url', 'http://127.0.0.1:1', '--auth', 'on'], /AUTH=off/],
    ]) {
        const { code, stderr } = await runCli(t, 'fuzz', args);
        t.equal(code, 2);
        t.match(stderr, sentence);
    }
});
//# sourceMappingURL=fuzz.test.js.map
import t from 'tap';
import { countUnanswered } from '../../loadtest/buyers/autocannon-load.js';
import { Books, type Job } from '../../loadtest/buyers/books.js';
import { Buyers, type BuyersOptions } from '../../loadtest/buyers/buyers.js';
import { Requests } from '../../loadtest/buyers/requests.js';
import { WeightedChoice, zipf } from '../../loadtest/buyers/weights.js';
import { Journal, Outcome } from '../../loadtest/consistency/journal.js';
import { PhaseTally } from '../../loadtest/generator/phase.js';
import { sku } from '../../loadtest/scenarios/skus.js';
import { seededRandom } from '../../src/cli/replay/random.js';

const HOLD_ID = 'AABCDEFGHIJKLMNOPQRSTUVWXYZ1';
const OTHER_ID = 'AABCDEFGHIJKLMNOPQRSTUVWXYZ2';

function held(holdId = HOLD_ID): string {
  return `{"holdId":"${holdId}","sku":"s","buyerId":"b","quantity":1,"state":"held"}`;
}

function problem(code: string): string {
  return `{"type":"x","code":"${code}"}`;
}

/** Books with one record, and the first request for it. */
function fresh(): { books: Books; hold: Job; repeat: Job } {
  const books = new Books(new Journal('books-test-'));
  const index = books.journal.add(0, 1, 1);
  const hold = { kind: 'hold', index, isKnown: false } as const;
  return { books, hold, repeat: { ...hold, isKnown: true } };
}

t.test('what each answer to a hold means', async (t) => {
  for (const [status, body, kind, outcome] of [
    [201, held(), 'accepted', Outcome.acknowledged],
    [200, held(), 'replayed', Outcome.acknowledged],
    [409, problem('sold_out'), 'refused', Outcome.refused],
    [409, problem('not_open'), 'refused', Outcome.refused],
    [503, problem('overloaded'), 'failed', Outcome.refused],
    [429, problem('rate_limited'), 'failed', Outcome.refused],
    [503, problem('outcome_unknown'), 'failed', Outcome.unknown],
  ] as const) {
    const { books, hold } = fresh();
    t.equal(books.answered(hold, { status, body }).kind, kind, `${status} ${body}`);
    t.equal(books.journal.outcome(hold.index), outcome, `${status} ${body}`);
    t.same(books.violations, []);
  }
});

t.test('what no engine may say', async (t) => {
  const afterHeld = (job: 'hold' | 'repeat', status: number, body: string): readonly string[] => {
    const { books, hold, repeat } = fresh();
    books.answered(hold, { status: 201, body: held() });
    books.answered(job === 'hold' ? hold : repeat, { status, body });
    t.equal(books.journal.outcome(hold.index), Outcome.acknowledged, 'what was said stays said');
    return books.violations;
  };
  t.match(afterHeld('hold', 201, held(OTHER_ID)), [/one key, two holds/]);
  t.match(afterHeld('repeat', 409, problem('sold_out')), [/a repeat was refused with sold_out/]);
  t.match(afterHeld('repeat', 201, held()), [/a repeat was answered as new/]);
  t.same(afterHeld('repeat', 200, held()), [], 'this is how a repeat is answered');
  t.same(
    afterHeld('hold', 409, problem('sold_out')),
    [],
    'asked before the other was answered: both are true',
  );
  const { books, hold } = fresh();
  books.answered(hold, { status: 500, body: 'no JSON' });
  t.match(books.violations, [/answered 500 status 500/]);
});

t.test('nobody knows, until it is asked again', async (t) => {
  const { books, hold } = fresh();
  books.lost(hold);
  t.same(books.unknowns(), [hold]);
  books.settle(hold, { status: 503, body: problem('unavailable') });
  t.equal(books.unknowns().length, 1, 'a busy engine settles nothing');
  books.settle(hold, { status: 200, body: held() });
  t.same(books.unknowns(), []);
  t.equal(books.journal.holdId(hold.index), HOLD_ID);
  const confirm = { kind: 'confirm', index: hold.index, isKnown: true } as const;
  books.lost(confirm);
  t.same(books.unknowns(), [confirm]);
  books.settle(confirm, { status: 200, body: held() });
  t.equal(books.journal.confirm(hold.index), Outcome.acknowledged);
});

t.test('refused in the end, after nobody knew', async (t) => {
  const { books, hold } = fresh();
  books.lost(hold);
  books.answered(hold, { status: 409, body: problem('sold_out') });
  t.equal(books.unknowns().length, 1, 'a refused repeat says nothing of the one that was lost before');
  books.settle(hold, { status: 409, body: problem('sold_out') });
  t.same(books.unknowns(), []);
  t.same(books.violations, []);
});

const OPTIONS: BuyersOptions = {
  ...{ keyPrefix: 'buyers-test-', confirmShare: 0, releaseShare: 0, thinkMs: 50, repeatShare: 0 },
  ...{ pairShare: 0, recordsMax: 1000, skus: [sku('a', { buyers: 10 }), sku('b', { weight: 0 })] },
};

function buyersWith(differing: Partial<BuyersOptions>): Buyers {
  return new Buyers({ ...OPTIONS, ...differing }, new Requests('shop', () => ({})), seededRandom(5));
}

t.test('a request is all there, and asks for what is aimed at', async (t) => {
  const buyers = buyersWith({});
  const text = buyers.text(buyers.next()!);
  const [head, body] = text.split('\r\n\r\n');
  t.match(head, /^POST \/v1\/holds HTTP\/1\.1\r\nHost: shop\r\nIdempotency-Key: buyers-test-1000000000\r\n/);
  t.match(head, new RegExp(`Content-Length: ${body!.length}$`));
  t.match(JSON.parse(body!), { sku: 'a', quantity: 1 });
  buyers.aim([0, 1]);
  t.match(buyers.text(buyers.next()!), /"sku":"b"/);
});

t.test('a third are repeats, with a key that was used before', async (t) => {
  const buyers = buyersWith({ repeatShare: 1 / 3, recordsMax: 10_000 });
  const keys = Array.from({ length: 3000 }, () => buyers.next()!.index);
  const repeated = keys.length - new Set(keys).size;
  t.ok(Math.abs(repeated - 1000) < 120, `${repeated} of 3000`);
});

t.test('who holds may pay or give back, once, and nobody new comes after the last key', async (t) => {
  const buyers = buyersWith({ confirmShare: 1, recordsMax: 1 });
  const job = buyers.next()!;
  t.equal(buyers.next(), undefined);
  t.equal(buyers.followUp(), undefined);
  buyers.answered(job, { status: 201, body: held() });
  const next = buyers.followUp();
  t.match(next, { job: { kind: 'confirm' }, after: 50_000 });
  t.equal(buyers.followUp(), undefined);
  t.match(buyers.text(next!.job), new RegExp(`^POST /v1/holds/${HOLD_ID}/confirm HTTP`));
});

t.test('SKUs are drawn by their weight, and those of none never', async (t) => {
  const weights = [0, 5, 1, 0, 4];
  const choice = new WeightedChoice(weights);
  const drawn = weights.map(() => 0);
  const draws = 100_000;
  for (let n = 0; n < draws; n += 1) drawn[choice.pick((n + 0.5) / draws)]! += 1;
  for (const [index, weight] of weights.entries())
    t.ok(Math.abs(drawn[index]! - weight * 10_000) <= 5, `${index}: ${drawn[index]}`);
  t.throws(() => new WeightedChoice([0, 0]), { message: /nothing to choose from/ });
  const [first, second, , fourth] = zipf(4);
  t.same([first! / second!, first! / fourth!], [2, 4]);
});

t.test('what a closed loop got no answer to is an error, but for what its end cut off', async (t) => {
  const counted = (unanswered: number, errors: number, timeouts: number) => {
    const tally = new PhaseTally('closed', 0);
    tally.due = 1000;
    tally.sent = 1000 - unanswered;
    const asked = new Set(Array.from({ length: unanswered }, (_, at) => ({ at })));
    countUnanswered(tally, asked, { errors, timeouts }, 10, 5000);
    const { due, sent, timedOut, cutOff, unsent } = tally.result(5000);
    return { due, sent, timedOut, cutOff, unsent };
  };
  const none = { timedOut: 0, cutOff: 0, unsent: 0 };
  t.same(counted(10, 0, 0), { ...none, due: 990, sent: 990 }, 'the last of each connection');
  t.same(counted(25, 15, 5), { due: 990, sent: 990, timedOut: 5, cutOff: 10, unsent: 0 });
  t.same(counted(25, 0, 0), { ...none, due: 990, sent: 990, cutOff: 15 }, 'closed without an error');
  t.same(counted(2, 7, 0), { ...none, due: 1005, sent: 1000, cutOff: 2, unsent: 5 }, 'nobody there');
});

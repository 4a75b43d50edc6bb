import t from 'tap';
import { refused } from '../../src/domain/outcome.js';
import { LedgerUnavailable } from '../../src/domain/ports.js';
import { call, HOLD_BODY, minter, NOW, startEdge } from './edge.js';
const KEY = { 'idempotency-key': 'order-0001' };
t.test('a new hold is 201 with its place, a replay 200 and marked', async (t) => {
    const edge = await startEdge(t);
    const url = `${edge.storefrontUrl}/v1/holds`;
    const created = await call(url, { method: 'POST', body: HOLD_BODY, headers: KEY });
    t.equal(created.status, 201);
    t.same(created.json, {
        holdId: created.json.holdId,
        ...HOLD_BODY,
        state: 'held',
        expiresAt: '2026-11-22T12:01:00.000Z',
    });
    t.equal(created.headers.get('location'), `/v1/holds/${created.json.holdId}`);
    t.equal(created.headers.get('idempotency-replayed'), null);
    t.match(edge.actors.commands, [{ kind: 'hold', ...HOLD_BODY, certainlyNew: false }]);
    edge.actors.answer = (command) => {
        if (command.kind !== 'hold')
            return undefined;
        const { holdId, sku, buyerId, quantity } = command;
        const facts = { holdId, sku, buyerId, quantity, expiresAt: NOW };
        return {
            kind: 'hold',
            replayed: true,
            hold: { ...facts, state: 'confirmed', endedAt: NOW + 5, paymentRef: 'pay "1"' },
        };
    };
    const replayed = await call(url, { method: 'POST', body: HOLD_BODY, headers: KEY });
    t.equal(replayed.status, 200);
    t.equal(replayed.headers.get('idempotency-replayed'), 'true');
    t.equal(replayed.json.holdId, created.json.holdId, 'the same key names the same hold');
    t.match(replayed.json, { confirmedAt: '2026-11-22T12:00:00.005Z', paymentRef: 'pay "1"' });
});
t.test('keys are scoped by SKU; without one each request is new and not remembered', async (t) => {
    const edge = await startEdge(t);
    const url = `${edge.storefrontUrl}/v1/holds`;
    const ids = new Set();
    for (const request of [
        { body: HOLD_BODY, headers: KEY },
        { body: { ...HOLD_BODY, sku: 'other' }, headers: KEY },
        { body: HOLD_BODY },
        { body: HOLD_BODY },
    ]) {
        const { json } = await call(url, { method: 'POST', ...request });
        ids.add(json.holdId);
    }
    t.equal(ids.size, 4);
    t.equal(edge.board.remembered.length, 2);
    t.match(edge.actors.commands.map((command) => command.kind === 'hold' && command.certainlyNew), [false, false, true, true]);
});
t.test('the board refuses without asking anybody', async (t) => {
    const edge = await startEdge(t);
    const url = `${edge.storefrontUrl}/v1/holds`;
    edge.board.available = 3;
    edge.board.opensAt = NOW;
    for (const [verdict, extra] of [
        ['sold_out', { available: 3 }],
        ['not_open', { opensAt: '2026-11-22T12:00:00.000Z' }],
        ['paused', {}],
        ['closed', {}],
    ]) {
        edge.board.verdict = verdict;
        const { status, headers, json } = await call(url, { method: 'POST', body: HOLD_BODY, headers: KEY });
        t.equal(status, 409);
        t.equal(headers.get('content-type'), 'application/problem+json');
        t.equal(json.requestId, headers.get('x-request-id'));
        t.match(json, { code: verdict, status: 409, ...extra });
        t.equal((await fetch(String(json.type))).status, 200, 'the type is a page');
    }
    t.same(edge.actors.commands, []);
    t.same(edge.board.remembered, []);
});
t.test('an outcome nobody knows names the hold, and 503s say when to come back', async (t) => {
    const edge = await startEdge(t);
    const url = `${edge.storefrontUrl}/v1/holds`;
    for (const code of ['outcome_unknown', 'overloaded', 'unavailable', 'store_rolled_back']) {
        edge.actors.answer = () => refused(code, code === 'overloaded' ? { retryAfterSeconds: 2.5 } : {});
        const { status, headers, json } = await call(url, { method: 'POST', body: HOLD_BODY, headers: KEY });
        t.equal(status, 503);
        t.equal(json.code, code);
        t.ok(Number(headers.get('retry-after')) >= 1);
        if (code === 'overloaded')
            t.equal(headers.get('retry-after'), '3');
        if (code === 'outcome_unknown')
            t.not(minter.partitionOf(String(json.holdId), 'anonymous'), undefined);
    }
});
t.test('everything that is wrong with a request is named', async (t) => {
    const edge = await startEdge(t);
    const { status, json } = await call(`${edge.storefrontUrl}/v1/holds`, {
        method: 'POST',
        body: '{"sku":"a b","quantity":1.5,"extra":1,"clientAddress":"a|b"}',
        headers: { 'idempotency-key': 'short' },
    });
    t.equal(status, 400);
    const errors = json.errors;
    t.same(errors.map((error) => error.pointer), ['/header/Idempotency-Key', '/sku', '/buyerId', '/quantity', '/clientAddress', '/extra']);
    t.same(edge.actors.commands, []);
});
t.test('a hold is read from the store, then from the ledger; an invented id is asked of nobody', async (t) => {
    const edge = await startEdge(t);
    minter.scope('anonymous', 'phone', 'order-0001');
    const holdId = minter.mint(3);
    const url = `${edge.storefrontUrl}/v1/holds/${holdId}`;
    t.match(await call(url), { status: 404, json: { code: 'unknown_hold' } });
    const facts = { holdId, sku: 'phone', buyerId: 'ada', quantity: 1, expiresAt: NOW };
    edge.ledger.hold = { ...facts, state: 'expired', endedAt: NOW + 1 };
    t.match(await call(url), {
        status: 200,
        json: { state: 'expired', expiredAt: '2026-11-22T12:00:00.001Z' },
    });
    edge.ledger.failure = new LedgerUnavailable('down');
    t.match(await call(url), { status: 503, json: { code: 'unavailable' } });
    edge.ledger.failure = new Error('a bug');
    t.match(await call(url), { status: 500, json: { code: 'internal' } });
    t.match(edge.errors, [{ message: 'a bug' }]);
    const asked = edge.actors.commands.length;
    const invented = `${holdId.slice(0, 27)}${holdId.endsWith('A') ? 'B' : 'A'}`;
    t.match(await call(`${edge.storefrontUrl}/v1/holds/${invented}`), { status: 404 });
    t.match(await call(`${edge.storefrontUrl}/v1/holds/x`, { method: 'DELETE' }), { status: 404 });
    minter.scope('anonymous', 'phone', 'order-0001');
    const elsewhere = minter.mint(4000);
    t.match(await call(`${edge.storefrontUrl}/v1/holds/${elsewhere}`), { status: 404 }, 'a partition we lack');
    t.equal(edge.actors.commands.length, asked);
});
t.test('late confirms and releases are settled by what the ledger remembers', async (t) => {
    const edge = await startEdge(t);
    minter.scope('anonymous', 'phone', 'order-0002');
    const holdId = minter.mint(3);
    const facts = { holdId, sku: 'phone', buyerId: 'ada', quantity: 1, expiresAt: NOW };
    const confirmed = { ...facts, state: 'confirmed', endedAt: NOW, paymentRef: 'pay-1' };
    const released = { ...facts, state: 'released', endedAt: NOW };
    const url = `${edge.storefrontUrl}/v1/holds/${holdId}`;
    const confirm = (paymentRef) => call(`${url}/confirm`, { method: 'POST', body: { paymentRef } });
    const release = () => call(url, { method: 'DELETE' });
    edge.ledger.hold = confirmed;
    t.match(await confirm('pay-1'), { status: 200, json: { state: 'confirmed' } });
    t.match(await confirm('pay-2'), { status: 409, json: { code: 'hold_confirmed', paymentRef: 'pay-1' } });
    t.match(await release(), { status: 409, json: { code: 'hold_confirmed', holdId } });
    edge.ledger.hold = released;
    t.match(await release(), { status: 200, json: { state: 'released' } });
    t.match(await confirm('pay-1'), { status: 409, json: { code: 'hold_released' } });
    edge.ledger.hold = { ...facts, state: 'expired', endedAt: NOW };
    t.match(await confirm('pay-1'), { status: 409, json: { code: 'hold_expired' } });
    edge.ledger.hold = { ...facts, state: 'held' };
    t.match(await confirm('pay-1'), { status: 404, json: { code: 'unknown_hold' } });
});
t.test('after a recovery, a genuine hold nobody knows has expired, and the operator is told', async (t) => {
    const edge = await startEdge(t);
    minter.scope('anonymous', 'phone', 'order-0003');
    const holdId = minter.mint(3);
    const url = `${edge.storefrontUrl}/v1/holds/${holdId}`;
    const confirm = { method: 'POST', body: { paymentRef: 'pay-1' } };
    t.match(await call(`${url}/confirm`, confirm), { status: 404, json: { code: 'unknown_hold' } });
    edge.ledger.wasRecovered = true;
    const expired = { status: 409, json: { code: 'hold_expired', holdId } };
    t.match(await call(url), expired);
    t.match(await call(`${url}/confirm`, confirm), expired);
    t.match(await call(url, { method: 'DELETE' }), expired);
    const { uncertain } = edge.ledger;
    t.same(uncertain.slice(-2), [
        [holdId, 'confirm', 'pay-1'],
        [holdId, 'release', undefined],
    ]);
    const told = uncertain.length;
    t.match(await call(`${edge.storefrontUrl}/v1/holds/${'A'.repeat(28)}`), { status: 404 });
    t.equal(uncertain.length, told, 'an invented id is not one of ours');
    edge.ledger.failure = new LedgerUnavailable('down');
    t.match(await call(url), { status: 503, json: { code: 'unavailable' } }, 'not known is not expired');
});
//# sourceMappingURL=holds.test.js.map
import t from 'tap';
import { exitOf } from '../../src/services/processes.js';
import { leftovers } from '../support/leftovers.js';
import { deploy, held, open, refused, runRecover, stopLedger, wipe } from './stage.js';
leftovers(t);
t.test('Redis is wiped in the middle of a sale; the engine lives and says what it saw', async (t) => {
    const here = await deploy(t);
    const [quick, firstShop] = await open(t, here);
    await firstShop.offer('phone', { total: 100, buyerLimit: 3, holdTtlMs: 600_000, reserved: 5 });
    await firstShop.offer('case', { total: 50 });
    const ada = await held(firstShop.hold('phone', 'ada', 2, 'ada-key-1'));
    const bob = await held(firstShop.hold('phone', 'bob', 1, 'bob-key-1'));
    await firstShop.expect(200, firstShop.confirm(bob, 'pay-bob'));
    await firstShop.expect(200, firstShop.operate('POST', '/v1/skus/case/stock', { delta: 7, reason: 'found' }, { 'idempotency-key': 'found-case-1' }));
    const before = (await firstShop.shop('GET', `/v1/holds/${ada}`)).body;
    await quick.stop();
    const letLedgerGo = await stopLedger(t, here);
    const [engine, shop] = await open(t, here);
    const carol = await held(shop.hold('phone', 'carol', 3, 'carol-key-1'));
    const dave = await held(shop.hold('phone', 'dave', 1, 'dave-key-1'));
    await shop.expect(200, shop.confirm(dave, 'pay-dave'));
    t.equal((await shop.sku('phone')).available, 88);
    await wipe(here);
    await refused(shop, 'phone');
    const { code, stdout, stderr, report } = await runRecover(t, here);
    t.equal(code, 0, stderr);
    t.comment(stdout);
    t.equal(report?.evidence, 'witnessed');
    t.match(report?.affectedSkus.find(({ sku }) => sku === 'phone'), { withheld: 4, reserved: 9, stateBefore: 'open' });
    t.equal((await exitOf(engine.process)).code, 1, 'the engine of the old epoch ends by itself, for its supervisor to start it');
    await letLedgerGo();
    const [next, after] = await open(t, here);
    t.match(await after.sku('phone'), {
        state: 'paused',
        total: 100,
        available: 88,
        held: 2,
        sold: 1,
        reserved: 9,
    });
    t.match((await after.shop('GET', `/v1/holds/${ada}`)).body, { state: 'held', expiresAt: before.expiresAt });
    t.match(await after.audit('phone'), { differences: [] });
    t.match(await after.audit('case'), { differences: [] });
    t.match(await after.sku('case'), { total: 57, state: 'paused' });
    const again = await after.operate('POST', '/v1/skus/case/stock', { delta: 7, reason: 'found' }, { 'idempotency-key': 'found-case-1' });
    t.match([again.status, again.body.total], [200, 57], 'the same adjustment is not done twice');
    t.equal((await after.operate('PUT', '/v1/skus/phone', {
        total: 100,
        buyerLimit: 3,
        holdTtlMs: 600_000,
        reserved: 5,
    })).status, 200);
    t.match(await after.confirm(carol, 'pay-carol'), { status: 409, body: { code: 'hold_expired' } });
    t.match(await after.shop('GET', `/v1/holds/${dave}`), { status: 409, body: { code: 'hold_expired' } });
    const listed = await runRecover(t, here, ['--report']);
    t.match(listed.stdout, new RegExp(`${carol} .*confirm, paid with "pay-carol"`));
    t.match(listed.stdout, new RegExp(`${dave} .*read`));
    await after.expect(200, after.operate('POST', '/v1/skus/phone/open'));
    t.match(await after.hold('phone', 'ada', 2, 'ada-key-1'), { status: 200, body: { holdId: ada } }, 'a replay');
    t.match(await after.hold('phone', 'ada', 2, 'ada-key-2'), {
        status: 409,
        body: { code: 'buyer_limit', holdIds: [ada] },
    });
    t.match(await after.hold('phone', 'bob', 3, 'bob-key-2'), { status: 409, body: { code: 'buyer_limit' } });
    t.match(await after.hold('phone', 'carol', 3, 'carol-key-1'), { status: 201, body: { holdId: carol } }, 'the lost key makes the same id');
    await after.expect(200, after.operate('PATCH', '/v1/skus/phone', { reserved: 5 }));
    t.match(await after.sku('phone'), { available: 89, reserved: 5 });
    t.match(await after.audit('phone'), { differences: [] });
    await next.stop();
});
//# sourceMappingURL=wiped.test.js.map
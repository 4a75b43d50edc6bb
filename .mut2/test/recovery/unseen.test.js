import t from 'tap';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { deploy, held, loseFile, open, runRecover, stopLedger, wipe, written } from './stage.js';
leftovers(t);
t.test('Redis lost its file and every engine died with it: all that is believed available is withheld', async (t) => {
    const here = await deploy(t);
    const [first, shop] = await open(t, here);
    await shop.offer('phone', { total: 100, holdTtlMs: 600_000 });
    await shop.offer('brief', { total: 10, holdTtlMs: 8_000 });
    const opensAt = new Date(Date.now() + 3_600_000).toISOString();
    await shop.offer('later', { total: 20, opensAt });
    await shop.offer('over', { total: 5 });
    await shop.expect(200, shop.operate('POST', '/v1/skus/over/close'));
    const ada = await held(shop.hold('phone', 'ada', 2, 'ada-key-1'));
    const eve = await held(shop.hold('phone', 'eve', 4, 'eve-key-1'));
    const brief = await held(shop.hold('brief', 'ada', 3, 'brief-key-1'));
    await first.stop();
    const letLedgerGo = await stopLedger(t, here);
    const [second, later] = await open(t, here);
    const lost = await held(later.hold('phone', 'bob', 3, 'bob-key-1'));
    await second.stop(0);
    await letLedgerGo();
    await loseFile(here);
    const { code, report, stderr } = await runRecover(t, here);
    t.equal(code, 0, stderr);
    t.match(report, { evidence: 'unseen', liveHolds: 3, withheldUnits: 94 + 7 + 20 + 5 });
    const [, after] = await open(t, here);
    t.match(await after.sku('phone'), { state: 'paused', available: 0, held: 6, reserved: 94 });
    t.match(await after.sku('later'), { state: 'scheduled', available: 0, reserved: 20, opensAt });
    t.match(await after.sku('over'), { state: 'closed', available: 0, reserved: 5 });
    t.match((await after.shop('GET', `/v1/holds/${lost}`)).body, { code: 'hold_expired' });
    await after.expect(200, after.operate('POST', '/v1/skus/phone/open'));
    await after.expect(200, after.shop('DELETE', `/v1/holds/${eve}`));
    t.match(await after.sku('phone'), { available: 0, held: 2, reserved: 98 }, 'what a restored hold gives back is withheld');
    await after.expect(200, after.confirm(ada, 'pay-ada'));
    await until(async () => (await after.sku('brief')).held === 0, {
        what: 'the restored hold to expire',
        timeoutMs: 20_000,
    });
    t.match(await after.sku('brief'), { available: 0, reserved: 10 }, 'also when its deadline passes');
    t.match((await after.shop('GET', `/v1/holds/${brief}`)).body, { state: 'expired' });
    await after.expect(200, after.operate('PATCH', '/v1/skus/phone', { reserved: 3 }));
    const fresh = await held(after.hold('phone', 'fay', 1, 'fay-key-1'));
    await after.expect(200, after.shop('DELETE', `/v1/holds/${fresh}`));
    t.match(await after.sku('phone'), { available: 95, sold: 2, reserved: 3 }, 'a new hold gives back to the sale');
    for (const sku of ['phone', 'brief', 'later', 'over'])
        t.match(await after.audit(sku), { differences: [] }, `audit of ${sku}`);
});
t.test('every engine had left with all of it in the ledger: nothing is withheld', async (t) => {
    const here = await deploy(t);
    const [engine, shop] = await open(t, here);
    await shop.offer('phone', { total: 100, holdTtlMs: 600_000 });
    const ada = await held(shop.hold('phone', 'ada', 2, 'ada-key-1'));
    await written(here, 'phone', 1);
    t.equal((await runRecover(t, here)).code, 1, 'refused while nothing is wrong');
    await engine.stop();
    await wipe(here);
    const asked = await runRecover(t, here, []);
    t.match([asked.code, asked.stdout], [1, /16 of 16 partitions are empty/], 'asks, and there is no terminal');
    const { code, report, stderr } = await runRecover(t, here);
    t.equal(code, 0, stderr);
    t.match(report, { evidence: 'drained', withheldUnits: 0, liveHolds: 1 });
    const [, after] = await open(t, here);
    t.match(await after.sku('phone'), { state: 'paused', available: 98, held: 2, reserved: 0 });
    await after.expect(200, after.shop('DELETE', `/v1/holds/${ada}`));
    t.match(await after.sku('phone'), { available: 100, reserved: 0 });
    t.equal((await runRecover(t, here)).code, 1, 'and nothing is wrong any more');
});
t.test('the Redis of another deployment is not overwritten', async (t) => {
    const [ours, theirs] = [await deploy(t), await deploy(t)];
    for (const here of [ours, theirs])
        await (await open(t, here))[0].stop();
    const { code, stderr } = await runRecover(t, {
        ...ours,
        stores: { ...ours.stores, REDIS_URL: theirs.stores.REDIS_URL },
    });
    t.match([code, stderr], [2, /belong to different deployments/]);
    t.equal((await runRecover(t, theirs)).code, 1, 'theirs is as it was');
});
//# sourceMappingURL=unseen.test.js.map
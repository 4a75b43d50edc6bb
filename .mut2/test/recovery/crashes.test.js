import t from 'tap';
import { STEPS } from '../../src/recovery/recover.js';
import { runCli } from '../support/cli.js';
import { startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { crashRecover, deploy, held, open, refused, runRecover, stopLedger, wipe } from './stage.js';
leftovers(t);
t.test('recover is killed before each of its steps and run again', async (t) => {
    const here = await deploy(t);
    const [first, shop] = await open(t, here);
    await shop.offer('phone', { total: 100, buyerLimit: 3, holdTtlMs: 600_000 });
    const ada = await held(shop.hold('phone', 'ada', 2, 'ada-key-1'));
    await first.stop();
    const letLedgerGo = await stopLedger(t, here);
    const [second, later] = await open(t, here);
    const bob = await held(later.hold('phone', 'bob', 3, 'bob-key-1'));
    await wipe(here);
    await refused(later, 'phone');
    await second.stop();
    await letLedgerGo();
    for (const step of STEPS.slice(0, -1)) {
        t.match(await crashRecover(t, here, step), { signal: 'SIGKILL' }, `killed before ${step}`);
        if (step === 'begin')
            continue;
        await t.rejects(startEngine(t, here.stores), /recovery .*not finished.*npm run recover/s, 'no engine starts');
    }
    const { code, report, stderr, stdout } = await runRecover(t, here);
    t.equal(code, 0, stderr);
    t.match(stdout, /was not finished/);
    t.match(report, { evidence: 'witnessed', withheldUnits: 3, liveHolds: 1, recovery: 1 });
    const [, after] = await open(t, here);
    t.match(await after.sku('phone'), { state: 'paused', available: 95, held: 2, reserved: 3 });
    t.match((await after.shop('GET', `/v1/holds/${ada}`)).body, { state: 'held' });
    t.match((await after.confirm(bob, 'pay-bob')).body, { code: 'hold_expired' });
    t.match(await after.audit('phone'), { differences: [] });
    t.match(await runCli(t, 'recover', ['--report'], here.stores), { code: 0, stdout: new RegExp(bob) });
    t.equal((await runRecover(t, here)).code, 1, 'there is nothing left to recover');
});
t.test('two recoveries at once: one does it', async (t) => {
    const here = await deploy(t);
    const [engine, shop] = await open(t, here);
    await shop.offer('phone', { total: 100 });
    await engine.stop();
    await wipe(here);
    const ended = await Promise.all([1, 2, 3].map(() => runRecover(t, here)));
    t.equal(ended.filter(({ code }) => code === 0).length, 1, ended.map(({ stderr }) => stderr).join());
    const [, after] = await open(t, here);
    t.match(await after.sku('phone'), { state: 'paused', available: 100 });
});
//# sourceMappingURL=crashes.test.js.map
import t from 'tap';
import { createLogger, maskUrl } from '../../src/observe/logger.js';
function logged(level, write) {
    const lines = [];
    write(createLogger(level, { write: (line) => lines.push(line) }));
    return lines;
}
t.test('writes one JSON line with level, ISO time and the listed fields', async (t) => {
    const [line] = logged('info', (logger) => logger.info({ partition: 3, setting: 'PORT' }, 'taken'));
    const entry = JSON.parse(line);
    t.match(entry, { level: 'info', partition: 3, setting: 'PORT', msg: 'taken' });
    t.match(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
t.test('keeps out what is not listed, whoever passes it', async (t) => {
    const careless = {
        buyerId: 'ada',
        clientAddress: '10.0.0.1',
        paymentRef: 'pay-1',
        body: { deep: true },
        detail: { object: 'not text' },
        requestId: 'r1',
    };
    const [line] = logged('info', (logger) => logger.info(careless, 'held'));
    const { time, ...entry } = JSON.parse(line);
    t.same(entry, { level: 'info', requestId: 'r1', msg: 'held' });
});
t.test('an error tells what it is, without the row or the arguments it was about', async (t) => {
    const error = Object.assign(new Error('no route to postgres://ledger:s3cret@db/holdfast'), {
        code: '23514',
        detail: 'Failing row contains (ada, 10.0.0.1)',
        command: { args: ['ada'] },
    });
    const [line] = logged('error', (logger) => logger.error({ error }, 'refused'));
    const entry = JSON.parse(line);
    t.equal(entry.error.code, '23514');
    t.equal(entry.error.message, 'no route to postgres://***@db/holdfast');
    t.notMatch(line, /s3cret|ada/);
});
t.test('masks credentials in every text', async (t) => {
    t.equal(maskUrl('redis://:pass@host:6379/0'), 'redis://***@host:6379/0');
    t.equal(maskUrl('at redis://u:p@ss@host and postgres://a:b@c/d'), 'at redis://***@host and postgres://***@c/d');
    t.equal(maskUrl('postgres://host/db?user=x&password=y&a=1'), 'postgres://host/db?user=x&password=***&a=1');
    t.equal(maskUrl('http://127.0.0.1:8080/v1/holds'), 'http://127.0.0.1:8080/v1/holds');
    const [line] = logged('info', (logger) => logger.info({ url: 'redis://:pw@h' }, 'at redis://:pw@h'));
    t.notMatch(line, /pw/);
});
t.test('writes nothing below its level', async (t) => {
    t.same(logged('warn', (logger) => logger.info({}, 'quiet')), []);
});
//# sourceMappingURL=logger.test.js.map
import t from 'tap';
import { addressOfUrl, crc16, hostOf, parseRedirection, parseSlots, slotOfKey, slotOfPartition, urlAt, } from '../../src/stock/cluster-slots.js';
t.test('slots are those of Redis', async (t) => {
    t.equal(crc16('123456789'), 0x31c3, 'the test vector of the specification');
    // From CLUSTER KEYSLOT of Redis 7.0.15.
    t.same(['foo', 'bar', '', 'user:1000'].map(slotOfKey), [12_182, 5061, 0, 1649]);
    t.same(['{p0}:holds', 'a{p0}b', '{p0}{p1}', 'p0'].map(slotOfKey), new Array(4).fill(slotOfPartition(0)));
    t.equal(slotOfKey('{}p0'), crc16('{}p0') % 16_384, 'an empty tag is none');
    t.equal(slotOfKey('{p0'), crc16('{p0') % 16_384);
    t.ok(new Set(Array.from({ length: 16 }, (_, partition) => slotOfPartition(partition))).size === 16);
});
t.test('answers of a node are read, whatever it knows of its own address', async (t) => {
    const answer = [
        [0, 5460, ['127.0.0.1', 7000, 'id', []], ['127.0.0.1', 7003, 'id', []]],
        [5461, 5461, ['', 7001, 'id']],
        [5462, 16_383, [null, 7002, 'id']],
    ];
    t.same(parseSlots(answer, 'asked'), [
        { from: 0, to: 5460, primary: '127.0.0.1:7000' },
        { from: 5461, to: 5461, primary: 'asked:7001' },
        { from: 5462, to: 16_383, primary: 'asked:7002' },
    ]);
    t.throws(() => parseSlots('nonsense', 'asked'), TypeError);
    t.same(parseRedirection('MOVED 3999 10.0.0.1:6381', 'asked'), {
        ...{ kind: 'moved', slot: 3999, address: '10.0.0.1:6381' },
    });
    t.same(parseRedirection('ASK 3999 :6381', 'asked'), { kind: 'ask', slot: 3999, address: 'asked:6381' });
    t.same(parseRedirection('MOVED 1 ::1:6381', 'asked'), { kind: 'moved', slot: 1, address: '::1:6381' });
    t.equal(parseRedirection('TRYAGAIN Multiple keys request during rehashing of slot', 'asked'), undefined);
    t.equal(parseRedirection('ERR MOVED 1 a:1', 'asked'), undefined);
});
t.test('the same user, password and protocol at another address', async (t) => {
    t.equal(urlAt('rediss://ada:secret@one:1/2', 'two:6380'), 'rediss://ada:secret@two:6380/2');
    t.equal(urlAt('redis://one', '::1:7'), 'redis://[::1]:7');
    t.same([addressOfUrl('redis://one'), addressOfUrl('redis://[::1]:7/'), hostOf('::1:7')], ['one:6379', '::1:7', '::1']);
});
//# sourceMappingURL=slots.test.js.map
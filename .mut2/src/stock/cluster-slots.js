/** Hash slots of a Redis Cluster. */
export const SLOTS = 16_384;
/**
 * CRC16-XMODEM (polynomial 0x1021, no reflection, start 0), as Redis Cluster hashes keys.
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ (test vectors in `test/cluster/slots.test.ts`).
 */
export function crc16(text) {
    let crc = 0;
    for (const byte of Buffer.from(text)) {
        crc ^= byte << 8;
        for (let bit = 0; bit < 8; bit += 1) {
            crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
        }
        crc &= 0xffff;
    }
    return crc;
}
/** Slot of a key: of its hash tag, where it has one. */
export function slotOfKey(key) {
    const open = key.indexOf('{');
    const close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return crc16(close > open + 1 ? key.slice(open + 1, close) : key) % SLOTS;
}
/** All keys of a partition have the tag `{p7}`, and so one slot. */
export function slotOfPartition(partition) {
    return slotOfKey(`{p${partition}}`);
}
/**
 * Reads the answer of CLUSTER SLOTS: `[[from, to, [host, port, …], replica, …], …]`. A node that does not know its own address
 * leaves the host empty: then it is `askedHost`, where it was asked.
 */
export function parseSlots(answer, askedHost) {
    if (!Array.isArray(answer))
        throw new TypeError('CLUSTER SLOTS answered no list');
    return answer.map((entry) => {
        const [from, to, primary] = entry;
        return { from: Number(from), to: Number(to), primary: addressOf(primary[0], primary[1], askedHost) };
    });
}
/** Reads `MOVED 3999 127.0.0.1:6381` and `ASK …`; `undefined` for every other error. */
export function parseRedirection(message, askedHost) {
    const [, word, slot, place = ''] = /^(MOVED|ASK) (\d+) (\S*:\d+)$/.exec(message) ?? [];
    if (word === undefined)
        return undefined;
    const colon = place.lastIndexOf(':');
    return {
        kind: word === 'MOVED' ? 'moved' : 'ask',
        slot: Number(slot),
        address: addressOf(place.slice(0, colon), Number(place.slice(colon + 1)), askedHost),
    };
}
function addressOf(host, port, askedHost) {
    return `${host === null || host === '' || host === '?' ? askedHost : host}:${port}`;
}
/** `redis://user:password@somewhere:1/` at another address: the same user, password and protocol. */
export function urlAt(url, address) {
    const moved = new URL(url);
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon);
    moved.hostname = host.includes(':') ? `[${host}]` : host;
    moved.port = address.slice(colon + 1);
    return moved.href;
}
export function addressOfUrl(url) {
    const { hostname, port } = new URL(url);
    return `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? 6379 : port}`;
}
export function hostOf(address) {
    return address.slice(0, address.lastIndexOf(':'));
}
//# sourceMappingURL=cluster-slots.js.map
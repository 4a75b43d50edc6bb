/**
 * Times as the contract writes them: RFC 3339, UTC, milliseconds. Hand-written because every accepted hold carries one,
 * and `Date.prototype.toISOString` costs more than the rest of the answer.
 */
const MINUTE_MS = 60_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const MILLISECONDS = Array.from({ length: 1000 }, (_, value) => `.${String(value).padStart(3, '0')}Z`);
// Deadlines of holds asked for together lie in the same minute or two.
let cachedMinute = Number.NaN;
let cachedPrefix = '';
/** `2026-11-22T12:00:00.000Z` for milliseconds since 1970. */
export function formatTime(milliseconds) {
    const minute = Math.floor(milliseconds / MINUTE_MS);
    if (minute !== cachedMinute) {
        cachedPrefix = new Date(minute * MINUTE_MS).toISOString().slice(0, 17);
        cachedMinute = minute;
    }
    const rest = milliseconds - minute * MINUTE_MS;
    const second = Math.floor(rest / 1000);
    return cachedPrefix + TWO_DIGITS[second] + MILLISECONDS[Math.floor(rest - second * 1000)];
}
/** As `formatTime`; the domain's 0 stands for "none", which is `null` in JSON. */
export function formatOptionalTime(milliseconds) {
    return milliseconds === 0 ? null : formatTime(milliseconds);
}
const TIME_PATTERN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(Z|([+-])(\d{2}):(\d{2}))$/;
/**
 * Milliseconds since 1970 of an RFC 3339 time, `undefined` when it is none. Strict where `Date.parse` is not: no local times, no
 * 30 February, no more digits than milliseconds, no 24:00 and no leap seconds. Offsets are converted.
 */
export function parseTime(text) {
    const match = TIME_PATTERN.exec(text);
    if (match === null)
        return undefined;
    const part = (index) => Number(match[index] ?? '0');
    const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(part);
    if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59)
        return undefined;
    const midnight = Date.UTC(year, month - 1, day);
    const date = new Date(midnight);
    if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
        return undefined;
    }
    const fraction = Number((match[7] ?? '').padEnd(3, '0'));
    const offsetMinutes = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11));
    const time = midnight + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fraction;
    return time > 0 ? time : undefined;
}
//# sourceMappingURL=timestamps.js.map
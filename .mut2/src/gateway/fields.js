import { IDENTIFIER_PATTERN, isStorableText } from '../domain/identifiers.js';
import { JsonNumber, JsonObject, parseJson } from './json.js';
import { parseTime } from './timestamps.js';
const NAME_SHOWN_MAX = 64;
const ERRORS_MAX = 32;
const wrong = (detail) => ({ ok: false, detail });
const right = (value) => ({ ok: true, value });
/** Reads a body that must be an object of exactly these fields; names everything that is wrong with it. Never throws. */
export function decodeBody(body, fields) {
    const parsed = parseJson(body);
    if (!parsed.ok)
        return { ok: false, errors: [{ pointer: '', detail: parsed.detail }] };
    if (!(parsed.value instanceof JsonObject)) {
        return { ok: false, errors: [{ pointer: '', detail: 'must be a JSON object' }] };
    }
    const errors = [];
    const value = {};
    readKnown(parsed.value, fields, value, errors);
    for (const name of parsed.value.members.keys()) {
        if (!Object.hasOwn(fields, name)) {
            const known = Object.keys(fields).join(', ');
            errors.push({ pointer: pointerOf(name), detail: `there is no such field; there are ${known}` });
        }
    }
    if (errors.length > 0)
        return { ok: false, errors: errors.slice(0, ERRORS_MAX) };
    return { ok: true, value: value };
}
function readKnown(object, fields, into, errors) {
    for (const [name, field] of Object.entries(fields)) {
        const pointer = pointerOf(name);
        const given = object.members.get(name);
        if (object.repeated.has(name))
            errors.push({ pointer, detail: 'is given more than once' });
        else if (given === undefined) {
            if (field.required)
                errors.push({ pointer, detail: 'is required' });
        }
        else {
            const checked = field.read(given);
            if (checked.ok)
                into[name] = checked.value;
            else
                errors.push({ pointer, detail: checked.detail });
        }
    }
}
function pointerOf(name) {
    const shown = name.length > NAME_SHOWN_MAX ? `${name.slice(0, NAME_SHOWN_MAX)}…` : name;
    return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
export function optional(field) {
    return { ...field, required: false };
}
/** `null` reads as `none`. */
export function nullable(field, none) {
    return {
        required: false,
        read: (value) => {
            if (value === null)
                return right(none);
            const checked = field.read(value);
            return checked.ok ? checked : wrong(`${checked.detail}, or null for none`);
        },
    };
}
export const IDENTIFIER_DETAIL = 'must be 1–64 characters of A-Za-z0-9._:@+~-';
export function identifier() {
    return {
        required: true,
        read: (value) => typeof value === 'string' && IDENTIFIER_PATTERN.test(value) ? right(value) : wrong(IDENTIFIER_DETAIL),
    };
}
/** A whole number written as one: `1.0` and `1e1` are refused, since other readers may refuse or round them. */
export function integer(low, high) {
    const detail = `must be a whole number from ${low} to ${high}, written without fraction or exponent`;
    return {
        required: true,
        read: (value) => {
            if (!(value instanceof JsonNumber) || !/^(?:0|-?[1-9][0-9]{0,14})$/.test(value.text)) {
                return wrong(detail);
            }
            const number = Number(value.text);
            return number >= low && number <= high ? right(number) : wrong(detail);
        },
    };
}
/** Free text that both stores can keep; `except` are characters it may not contain. */
export function text(lengthMin, lengthMax, except = '') {
    const detail = `must be a text of ${lengthMin}–${lengthMax} characters without control characters` +
        (except === '' ? '' : ` or ${except}`);
    return {
        required: true,
        read: (value) => {
            const fits = typeof value === 'string' && value.length >= lengthMin && value.length <= lengthMax;
            if (!fits || !isStorableText(value))
                return wrong(detail);
            return except !== '' && value.includes(except) ? wrong(detail) : right(value);
        },
    };
}
/** Milliseconds since 1970. */
export function time() {
    return {
        required: true,
        read: (value) => {
            const parsed = typeof value === 'string' ? parseTime(value) : undefined;
            return parsed === undefined
                ? wrong('must be an RFC 3339 time after 1970 like 2026-11-22T12:00:00.000Z')
                : right(parsed);
        },
    };
}
const PERCENT_PATTERN = /^(100|[0-9]{1,2}(?:\.[0-9]{1,2})?)%$/;
/** Units kept back from sale, or a share of the total like `"5%"`. */
export function reserve(totalMax) {
    const units = integer(0, totalMax);
    return {
        required: true,
        read: (value) => {
            if (typeof value === 'string') {
                const match = PERCENT_PATTERN.exec(value);
                if (match !== null)
                    return right({ percent: Number(match[1]) });
            }
            else {
                const checked = units.read(value);
                if (checked.ok)
                    return right({ units: checked.value });
            }
            return wrong(`must be a whole number from 0 to ${totalMax}, or a percentage like "5%" or "2.5%"`);
        },
    };
}
/** Units of `total` that a reserve means; a share is rounded up. Exact: hundredths of a percent are whole numbers. */
export function unitsOf(kept, total) {
    return 'units' in kept ? kept.units : Math.ceil((Math.round(kept.percent * 100) * total) / 10_000);
}
//# sourceMappingURL=fields.js.map
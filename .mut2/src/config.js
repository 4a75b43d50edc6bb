import { SETTINGS } from './settings.js';
/** Every problem at once, each naming its setting and the remedy. */
export class ConfigError extends Error {
    problems;
    name = 'ConfigError';
    constructor(problems) {
        super(`Settings that cannot be used:\n${problems.map((p) => `  ${p.setting}: ${p.detail}`).join('\n')}`);
        this.problems = problems;
    }
}
/** Reads, validates and freezes the settings. The only reader of the environment for settings. */
export function loadConfig(environment) {
    const problems = [];
    const values = {};
    for (const name of Object.keys(SETTINGS)) {
        const setting = SETTINGS[name];
        const text = environment[name];
        if (text === undefined || text === '') {
            values[name] = setting.initial;
            continue;
        }
        const parsed = setting.parse(text);
        if (parsed.ok)
            values[name] = parsed.value;
        else
            problems.push({
                setting: name,
                detail: `${parsed.problem}, not ${JSON.stringify(shown(setting.secret, text))}`,
            });
    }
    if (problems.length > 0)
        throw new ConfigError(problems);
    const settings = values;
    const storefrontKeys = parseStorefrontKeys(settings.STOREFRONT_KEYS, problems);
    checkRelations(settings, storefrontKeys, problems);
    if (problems.length > 0)
        throw new ConfigError(problems);
    return Object.freeze({ ...settings, storefrontKeys });
}
function shown(secret, text) {
    return secret ? '(hidden)' : text.slice(0, 80);
}
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
function checkRelations(settings, keys, problems) {
    const require = (holds, setting, detail) => {
        if (!holds)
            problems.push({ setting, detail });
    };
    const s = settings;
    require(s.PORT === 0 || s.PORT !== s.ADMIN_PORT, 'ADMIN_PORT', `must differ from PORT (${s.PORT})`);
    if (s.AUTH === 'off') {
        require(LOOPBACK.has(s.HOST), 'AUTH', `off is allowed only on loopback, but HOST is ${s.HOST}: set AUTH=on and STOREFRONT_KEYS`);
        require(LOOPBACK.has(s.ADMIN_HOST), 'AUTH', `off is allowed only on loopback, but ADMIN_HOST is ${s.ADMIN_HOST}: set AUTH=on and ADMIN_TOKEN`);
    }
    else {
        require(keys.length >
            0, 'STOREFRONT_KEYS', 'is needed while AUTH=on: credential:keyId:secret (or AUTH=off on loopback)');
        require(s.ADMIN_TOKEN.length >= 16, 'ADMIN_TOKEN', 'is needed while AUTH=on, at least 16 characters');
    }
    require(s.SHARDS <=
        s.PARTITIONS, 'SHARDS', `at most PARTITIONS (${s.PARTITIONS}): a partition has one owner`);
    require(s.HOLD_TTL_MS <=
        s.HOLD_TTL_MS_MAX, 'HOLD_TTL_MS', `at most HOLD_TTL_MS_MAX (${s.HOLD_TTL_MS_MAX})`);
    require(s.BOARD_FRESH_MS >=
        2 * s.POLL_MS, 'BOARD_FRESH_MS', `at least twice POLL_MS (${s.POLL_MS}), or the board is never fresh`);
    require(s.STOCK_TIMEOUT_MS <
        s.REQUEST_BUDGET_MS, 'STOCK_TIMEOUT_MS', `less than REQUEST_BUDGET_MS (${s.REQUEST_BUDGET_MS}), or no reply is left time to be asked for again`);
    require(s.REQUEST_BUDGET_MS <=
        s.DRAIN_MS, 'DRAIN_MS', `at least REQUEST_BUDGET_MS (${s.REQUEST_BUDGET_MS}), or a drain cuts requests off`);
    require(s.MAILBOX_WAIT_MS <
        s.REQUEST_BUDGET_MS, 'MAILBOX_WAIT_MS', `less than REQUEST_BUDGET_MS (${s.REQUEST_BUDGET_MS})`);
    require(s.LEDGER_STATEMENT_TIMEOUT_MS <
        s.LEDGER_QUERY_TIMEOUT_MS, 'LEDGER_STATEMENT_TIMEOUT_MS', `less than LEDGER_QUERY_TIMEOUT_MS (${s.LEDGER_QUERY_TIMEOUT_MS})`);
    require(s.REDIS_MEMORY_ALARM_PERCENT <
        s.REDIS_MEMORY_REFUSE_PERCENT, 'REDIS_MEMORY_ALARM_PERCENT', `less than REDIS_MEMORY_REFUSE_PERCENT (${s.REDIS_MEMORY_REFUSE_PERCENT})`);
}
const KEY_PART = /^[A-Za-z0-9._-]{1,32}$/;
/** `credential:keyId:secret[:read-only]`, separated by commas. Two live keys a credential, for rotation. */
function parseStorefrontKeys(text, problems) {
    const keys = [];
    const problem = (detail) => problems.push({ setting: 'STOREFRONT_KEYS', detail });
    for (const [index, entry] of text.split(',').filter(Boolean).entries()) {
        const [credential = '', keyId = '', secret = '', mode = '', ...rest] = entry.trim().split(':');
        const where = `entry ${index + 1}`;
        if (!KEY_PART.test(credential) || !KEY_PART.test(keyId)) {
            problem(`${where}: credential and keyId are 1–32 of A-Za-z0-9._-; write credential:keyId:secret`);
        }
        else if (secret.length < 32)
            problem(`${where} (${keyId}): the secret needs 32 characters or more`);
        else if (rest.length > 0 || (mode !== '' && mode !== 'read-only')) {
            problem(`${where} (${keyId}): after the secret only "read-only" may follow`);
        }
        else
            keys.push({ credential, keyId, secret, readOnly: mode === 'read-only' });
    }
    const ids = new Set();
    const live = new Map();
    for (const key of keys) {
        if (ids.has(key.keyId))
            problem(`keyId ${key.keyId} is given twice`);
        ids.add(key.keyId);
        live.set(key.credential, (live.get(key.credential) ?? 0) + (key.readOnly ? 0 : 1));
    }
    for (const [credential, count] of live) {
        if (count > 2)
            problem(`${credential} has ${count} live keys; two are allowed, the old and the new one of a rotation`);
    }
    return keys;
}
//# sourceMappingURL=config.js.map
function exactly(setting, wanted, risk) {
    return { setting, wanted, risk, isMet: (found) => found === wanted };
}
const REQUIREMENTS = [
    exactly('appendonly', 'yes', 'Everything since the last snapshot is lost with the process.'),
    exactly('appendfsync', 'always', 'A power cut loses what was acknowledged in the last second or more.'),
    exactly('no-appendfsync-on-rewrite', 'no', 'A power cut loses everything since a rewrite of the append-only file began.'),
    exactly('aof-load-truncated', 'no', 'Redis starts silently on half an append-only file, without what the rest of it held.'),
    {
        setting: 'maxmemory',
        wanted: 'more than 0',
        risk: 'Redis grows until the system kills it, instead of refusing new holds.',
        isMet: (found) => Number(found) > 0,
    },
    exactly('maxmemory-policy', 'noeviction', 'At maxmemory Redis deletes stock and holds at random.'),
];
/**
 * Compares Redis' settings with those under which an acknowledged write survives a crash of process or power; empty
 * when all is well. A Redis that does not let this connection ask is a finding of its own: not knowing is not durable.
 * Rejects when Redis cannot be reached.
 */
export async function findDurabilityWeaknesses(redis) {
    let settings;
    try {
        settings = await readSettings(redis);
    }
    catch (error) {
        if (!/NOPERM|unknown command/i.test(String(error)))
            throw error;
        return [
            {
                setting: 'CONFIG GET',
                found: 'not permitted',
                wanted: 'permitted',
                risk: 'Nobody knows whether what is acknowledged is on disk: set REDIS_ADMIN_URL to a user that may run CONFIG GET.',
            },
        ];
    }
    const weak = REQUIREMENTS.flatMap(({ setting, wanted, risk, isMet }) => {
        const found = settings.get(setting) ?? 'unknown';
        return isMet(found) ? [] : [{ setting, found, wanted, risk }];
    });
    return [...weak, ...(await findReplayWeakness(redis))];
}
/**
 * Redis replays its append-only file with the rights of the user `default`, also when nobody can log in as it. What that user may
 * not do is left out, transaction by transaction, and the start goes on (redis#14541, valkey#3983; 7.0.15: all that functions
 * wrote was gone).
 */
async function findReplayWeakness(redis) {
    const setting = 'user default';
    const wanted = '~* +@all (and off, if nobody is to log in as it)';
    const risk = 'At a start Redis leaves out of its append-only file what this user may not do, without a word to anybody.';
    try {
        const user = (await redis.call('ACL', 'GETUSER', 'default'));
        const [keys, commands] = ['keys', 'commands'].map((name) => String(user[user.indexOf(name) + 1]));
        const found = `${keys} ${commands}`.trim();
        return keys === '~*' && commands === '+@all' ? [] : [{ setting, found, wanted, risk }];
    }
    catch (error) {
        if (!/NOPERM|unknown command/i.test(String(error)))
            throw error;
        return [
            { setting, found: 'not permitted to ask', wanted: 'ACL GETUSER permitted to REDIS_ADMIN_URL', risk },
        ];
    }
}
/** One CONFIG GET a setting: several in one command need Redis 7.0. */
async function readSettings(redis) {
    const found = new Map();
    for (const { setting } of REQUIREMENTS) {
        const [name, value] = (await redis.call('CONFIG', 'GET', setting));
        if (name !== undefined && value !== undefined)
            found.set(name, value);
    }
    return found;
}
//# sourceMappingURL=durability.js.map
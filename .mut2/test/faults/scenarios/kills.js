import { restartRedis } from '../redis-repair.js';
/** The stores are started again at once, as a service manager would; the engine by its supervisor, after 250 ms. */
export const KILLS = [
    {
        name: 'redis-killed',
        title: '`kill -9` of Redis',
        strike: async (round) => {
            const { redis } = round.stack;
            round.fault();
            await redis.kill('SIGKILL');
            round.mended();
            await restartRedis(round);
        },
    },
    {
        name: 'engine-killed',
        title: '`kill -9` of the engine (its gateway with it)',
        strike: async (round) => {
            killEngine(round);
        },
    },
    {
        name: 'postgres-killed',
        title: '`kill -9` of Postgres',
        strike: async (round) => {
            const { postgres } = round.stack;
            round.fault();
            await postgres.kill('SIGKILL');
            await postgres.restart();
        },
    },
    {
        name: 'all-killed',
        title: '`kill -9` of Redis, Postgres and the engine at once',
        strike: async (round) => {
            const { redis, postgres } = round.stack;
            killEngine(round);
            await Promise.all([redis.kill('SIGKILL'), postgres.kill('SIGKILL')]);
            round.mended();
            await Promise.all([restartRedis(round), postgres.restart()]);
        },
    },
];
function killEngine(round) {
    round.fault();
    round.stack.engine.signal('SIGKILL');
}
//# sourceMappingURL=kills.js.map
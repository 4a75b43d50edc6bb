import type { Test } from 'tap';
import { type RunningEngine, startEngineOn } from './engine-on.js';
import { anotherMigration, freshRedis } from './redis.js';

export type { RunningEngine } from './engine-on.js';

/**
 * Starts an engine (`startEngineOn`) with `environment`, on a fresh Redis where that names none. In a run on a cluster it has been
 * through a migration when this resolves.
 */
export async function startEngine(
  t: Test,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningEngine> {
  const { REDIS_URL: given } = environment;
  const redis = given === undefined ? await freshRedisUrls(t) : { REDIS_URL: given };
  const engine = await startEngineOn(t, { ...redis, ...environment });
  await anotherMigration(redis.REDIS_URL);
  return engine;
}

/** As the users that are shipped: the engine's tests run with the rights that it has in production. */
async function freshRedisUrls(t: Test): Promise<{ REDIS_URL: string; REDIS_ADMIN_URL: string }> {
  const { engineUrl, adminUrl } = await freshRedis(t);
  return { REDIS_URL: engineUrl, REDIS_ADMIN_URL: adminUrl };
}

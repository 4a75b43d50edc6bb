import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../src/services/postgres.js';
import { startRedis } from '../../src/services/redis.js';
import { startChild, stoppable } from '../children.js';
import type { PeerName } from './contract.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const REDIS_MEMORY_BYTES = 8 * 1024 ** 3;

/** What a team that runs Postgres for a living would set on this machine; durability stays as it is. */
const POSTGRES_SETTINGS = {
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  autovacuum_naptime: '5s',
};

export interface RunningPeer {
  readonly name: PeerName;
  /** Like `http://127.0.0.1:40001`, without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The server alone, on a store that runs. `connections`: how many it has to the store. */
export async function startPeerServer(
  name: PeerName,
  storeUrl: string,
  connections: number,
): Promise<RunningPeer> {
  const child = await startChild([MAIN, name, storeUrl, String(connections)], {
    ...process.env,
    NODE_ENV: 'production',
  });
  return { name, url: `http://127.0.0.1:${child.ready.port}`, stop: child.stop };
}

/** A peer with a store of its own, as durable as the engine's: `appendfsync always`, or `fsync` and `synchronous_commit` on. */
export async function startPeer(name: PeerName, connections: number): Promise<RunningPeer> {
  const directory = mkdtempSync(join(tmpdir(), 'peer-of-holdfast-'));
  const stops: (() => Promise<void>)[] = [];
  const stop = stoppable(async () => {
    for (const end of stops.splice(0).reverse()) await end();
    rmSync(directory, { recursive: true, force: true });
  });
  try {
    const store = await startStore(name, directory);
    stops.push(store.stop);
    const server = await startPeerServer(name, store.url, connections);
    stops.push(server.stop);
    return { ...server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startStore(
  name: PeerName,
  directory: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  if (name === 'Redis and Lua') {
    const redis = await startRedis({
      directory: join(directory, 'redis'),
      maxMemoryBytes: REDIS_MEMORY_BYTES,
    });
    return { url: redis.url, stop: () => redis.stop() };
  }
  const postgres = await startPostgres({ directory: join(directory, 'postgres'), extra: POSTGRES_SETTINGS });
  const url = await postgres.createDatabase('peer').catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  return { url, stop: () => postgres.stop() };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../src/services/postgres.js';
import { startRedis } from '../../src/services/redis.js';
import { startChild, stoppable, throwIfEnding } from '../children.js';
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
  /** Of the server, not of the store. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** With its store, which may be more than one process. */
export interface PeerWithStore extends RunningPeer {
  readonly store: 'redis' | 'postgres';
  readonly storePid: number;
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
  return { name, url: `http://127.0.0.1:${child.ready.port}`, pid: child.pid, stop: child.stop };
}

/** A peer with a store of its own, as durable as the engine's: `appendfsync always`, or `fsync` and `synchronous_commit` on. */
export async function startPeer(name: PeerName, connections: number): Promise<PeerWithStore> {
  const directory = mkdtempSync(join(tmpdir(), 'peer-of-holdfast-'));
  const stops: (() => Promise<void>)[] = [];
  const endAll = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
    rmSync(directory, { recursive: true, force: true });
  };
  const stop = stoppable(endAll);
  try {
    const store = await startStore(name, directory);
    stops.push(store.stop);
    throwIfEnding();
    const server = await startPeerServer(name, store.url, connections);
    stops.push(server.stop);
    return { ...server, store: store.kind, storePid: store.pid, stop };
  } catch (error) {
    await stop();
    // After Ctrl-C in the middle of a start: what came up behind that `stop`.
    await endAll();
    throw error;
  }
}

interface Store {
  readonly kind: PeerWithStore['store'];
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function startStore(name: PeerName, directory: string): Promise<Store> {
  if (name === 'Redis and Lua') {
    const redis = await startRedis({
      directory: join(directory, 'redis'),
      maxMemoryBytes: REDIS_MEMORY_BYTES,
    });
    return { kind: 'redis', url: redis.url, pid: redis.pid, stop: () => redis.stop() };
  }
  const postgres = await startPostgres({ directory: join(directory, 'postgres'), extra: POSTGRES_SETTINGS });
  const url = await postgres.createDatabase('peer').catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  return { kind: 'postgres', url, pid: postgres.pid, stop: () => postgres.stop() };
}

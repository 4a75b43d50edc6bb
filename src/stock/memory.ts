import type { Redis } from 'ioredis';

/** What Redis says of itself. */
export interface StockServerInfo {
  readonly usedMemoryBytes: number;
  /** 0: no limit is set. */
  readonly maxMemoryBytes: number;
  /** Changes with every start of the process: after a change the store must be checked before selling. */
  readonly runId: string;
}

/** Rejects when Redis does not answer, or without one of the fields. */
export async function readServerInfo(redis: Redis): Promise<StockServerInfo> {
  const [memory, server] = await Promise.all([redis.info('memory'), redis.info('server')]);
  return {
    usedMemoryBytes: Number(field(memory, 'used_memory')),
    maxMemoryBytes: Number(field(memory, 'maxmemory')),
    runId: field(server, 'run_id'),
  };
}

function field(info: string, name: string): string {
  const value = new RegExp(`^${name}:(.*)\\r?$`, 'm').exec(info)?.[1];
  if (value === undefined) throw new Error(`INFO of this Redis has no ${name}`);
  return value.trim();
}

import type pg from 'pg';
import { isSameEvent, type OwnEvent } from '../domain/own-event.js';
import { decodeEvent } from '../events/codec.js';
import type { EventSource } from '../events/reader.js';
import { CorruptEvent } from '../events/stored-event.js';
import type { BrokenContinuity } from './continuity.js';
import { sql } from './sql.js';

/** Of one partition, at most. */
const KEPT_MAX = 16;

/** Where an event is in the streams of the present epoch. */
export type EventPlace = Pick<OwnEvent, 'partition' | 'seq'>;
/** When an event happened: Redis time, milliseconds. */
export type EventTime = Pick<OwnEvent, 'partition' | 'seq' | 'at'>;

/**
 * Keeps events that an engine made and the stock store does not have any more, so that engines that start later know of them:
 * the seq alone tells nothing once the store was written on that far. Rejects when they cannot be kept now; repeating does no
 * harm. Beyond 16 of a partition no more are kept.
 */
export async function keepLostEvents(
  pool: pg.Pool,
  epoch: number,
  events: readonly OwnEvent[],
): Promise<void> {
  await pool.query(sql('statements/keep-lost-events.sql'), [
    epoch,
    events.map(({ partition }) => partition),
    events.map(({ seq }) => seq),
    events.map(({ at }) => at),
    events.map(({ skus }) => JSON.stringify(skus)),
    KEPT_MAX,
  ]);
}

/** What was kept in the present epoch, by partition and seq. */
export async function readLostEvents(pool: pg.Pool): Promise<readonly OwnEvent[]> {
  const { rows } = await pool.query<Record<keyof EventTime, string | number> & Pick<OwnEvent, 'skus'>>(
    sql('queries/read-lost-events.sql'),
  );
  return rows.map((row) => ({ ...eventTime(row), skus: row.skus }));
}

/** Of the events of these places that the ledger has. */
export async function readEventTimes(
  pool: pg.Pool,
  places: readonly EventPlace[],
): Promise<readonly EventTime[]> {
  const { rows } = await pool.query<Record<keyof EventTime, string | number>>(
    sql('queries/read-event-times.sql'),
    [places.map(({ partition }) => partition), places.map(({ seq }) => seq)],
  );
  return rows.map(eventTime);
}

function eventTime(row: Record<keyof EventTime, string | number>): EventTime {
  return { partition: Number(row.partition), seq: Number(row.seq), at: Number(row.at) };
}

/**
 * Those of `lost` that the store does not have: it has not come so far, or another event is in their place. After the newest
 * append-only file was put back there is none. One that was trimmed is looked for in the ledger (`timesOf`), which keeps only
 * when it happened. Rejects with the connection's error.
 */
export async function missingEvents(
  source: EventSource,
  lost: readonly OwnEvent[],
  timesOf: (places: readonly EventPlace[]) => Promise<readonly EventTime[]>,
): Promise<readonly BrokenContinuity[]> {
  if (lost.length === 0) return [];
  const partitions = Math.max(...lost.map(({ partition }) => partition)) + 1;
  // Before the events: a store that is behind may be written on at any moment, and then what it lacks looks like trimmed.
  const { seqs } = await source.sample(partitions);
  const answers = await source.read(
    lost.map(({ partition, seq }) => ({ partition, afterSeq: seq - 1, limit: 1 })),
  );
  const trimmed: OwnEvent[] = [];
  const missing: OwnEvent[] = [];
  for (const [index, own] of lost.entries()) {
    const entry = answers[index]?.[0];
    const head = seqs[own.partition];
    if (head === undefined && entry === undefined)
      throw new Error(`The node of partition ${own.partition} is not connected`);
    const isBehind = head !== undefined && head < own.seq;
    if (!isBehind && entry?.seq !== own.seq) trimmed.push(own);
    else if (isBehind || entry === undefined || !isThatEvent(entry.bytes, own)) missing.push(own);
  }
  // After the streams: what is trimmed meanwhile is in the ledger by then.
  const times = trimmed.length === 0 ? [] : await timesOf(trimmed);
  const isWritten = (own: OwnEvent): boolean =>
    times.some(({ partition, seq, at }) => partition === own.partition && seq === own.seq && at === own.at);
  return [...missing, ...trimmed.filter((own) => !isWritten(own))].map(({ partition, seq }) => {
    return { partition, seq };
  });
}

function isThatEvent(bytes: Buffer, own: OwnEvent): boolean {
  try {
    return isSameEvent(decodeEvent(bytes), own);
  } catch (error) {
    if (error instanceof CorruptEvent) return false;
    throw error;
  }
}

import type { OwnEvent } from '../../src/domain/own-event.js';
import type { LedgerBatch, LedgerEvent } from '../../src/ledger/batch.js';
import {
  type Deployment,
  DeploymentRefused,
  type DeploymentSettings,
  type KnownPosition,
} from '../../src/ledger/deployment.js';
import type {
  LedgerPosition,
  LedgerStore,
  NewestDigest,
  WriteResult,
} from '../../src/ledger/ledger-store.js';
import type { EventPlace, EventTime } from '../../src/ledger/lost-events.js';
import { eventTimes, keepLostEvents, lostEvents } from './ledger-model-lost-events.js';
import { quarantineEvent, StatementRefused, writeBatch } from './ledger-model-statements.js';
import { eventKey, LedgerTables } from './ledger-model-tables.js';

/** What a session asks of Postgres; `pool` stands for everything the engine's main thread asks. */
export type Exchange = 'positions' | 'digests' | 'lead' | 'write' | 'quarantine' | 'pool';

/**
 * What happens to one exchange. Times are milliseconds: `beforeMs` until Postgres does it, `afterMs` until the answer is
 * there. A session that pauses and goes on later (a stale leader) has a long `beforeMs`.
 */
export type Fate =
  | { readonly kind: 'delivered'; readonly beforeMs?: number; readonly afterMs?: number }
  /** Postgres is down, or the way to it is: nothing was done. */
  | { readonly kind: 'unreachable'; readonly afterMs?: number }
  /** The connection breaks before COMMIT: nothing was done. */
  | { readonly kind: 'cut_before'; readonly beforeMs?: number; readonly afterMs?: number }
  /** The connection breaks after COMMIT, before its answer: done, but answered `lost`. What is rolled back is answered. */
  | { readonly kind: 'cut_after'; readonly beforeMs?: number; readonly afterMs?: number };

export interface LedgerModelOptions {
  /** Postgres' wall clock, milliseconds since 1970. */
  readonly clock: () => number;
  /** What the first epoch is counted from; Postgres draws it. */
  readonly firstEpoch?: number;
  /** Asked once for each exchange, in the order they begin. Left out: all are delivered at once. */
  readonly fate?: (engine: string, exchange: Exchange) => Fate;
  /** Left out: nothing takes time. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** The connection broke, or there was none to be had. */
export class PostgresUnreachable extends Error {
  override readonly name = 'PostgresUnreachable';
}

const DELIVERED: Fate = { kind: 'delivered' };

/**
 * Postgres in memory, as far as the ledger uses it: the tables, the transactions of `PostgresLedger`, the leader's lock and
 * the deployment. Written from the statements' text; `ledger-model.test.ts` holds it to the real one. A transaction happens
 * at one moment: the real one takes its row locks in its first statement, so two of them cannot mix either.
 */
export class LedgerModel {
  readonly tables = new LedgerTables();
  readonly #options: LedgerModelOptions;
  /** The connection that holds the advisory lock. */
  #leader: Connection | undefined;
  readonly #connections = new Set<Connection>();

  constructor(options: LedgerModelOptions) {
    this.#options = options;
  }

  /** What `openDeployment` answers on the real one. Throws `DeploymentRefused` or `PostgresUnreachable`. */
  open(engine: string, settings: DeploymentSettings): Promise<Deployment> {
    return this.#pooled(engine, () => this.#openDeployment(settings));
  }

  mintEpoch(engine: string, reason: string): Promise<number> {
    return this.#pooled(engine, () => this.#mintEpoch(reason));
  }

  /** By an operator's hand, at this moment. */
  mintNow(reason: string): number {
    return this.#mintEpoch(reason);
  }

  markStockReady(engine: string, epoch: number): Promise<void> {
    return this.#pooled(engine, () => {
      const { epochs } = this.tables;
      const index = epochs.findIndex((row) => row.epoch === epoch);
      if (index >= 0) epochs[index] = { ...epochs[index]!, stockReady: true };
    });
  }

  readPositions(engine: string): Promise<readonly KnownPosition[]> {
    return this.#pooled(engine, () => this.positions());
  }

  raiseAcknowledged(engine: string, epoch: number, seqs: readonly number[]): Promise<void> {
    return this.#pooled(engine, () => {
      const { positions } = this.tables;
      for (const [partition, seq] of seqs.entries()) {
        const row = positions.get(partition);
        if (row === undefined || row.epoch !== epoch || row.acknowledged >= seq) continue;
        positions.set(partition, { ...row, acknowledged: seq });
      }
    });
  }

  keepLostEvents(engine: string, epoch: number, events: readonly OwnEvent[]): Promise<void> {
    return this.#pooled(engine, () => keepLostEvents(this.tables, epoch, events));
  }

  readLostEvents(engine: string): Promise<readonly OwnEvent[]> {
    return this.#pooled(engine, () => lostEvents(this.tables));
  }

  readEventTimes(engine: string, places: readonly EventPlace[]): Promise<readonly EventTime[]> {
    return this.#pooled(engine, () => eventTimes(this.tables, places));
  }

  /** In order of partition, at this moment. */
  positions(): readonly KnownPosition[] {
    return [...this.tables.positions.values()].sort((a, b) => a.partition - b.partition);
  }

  /** The ledger as one engine's writer sees it. Engines that restart take another. */
  session(engine: string): LedgerStore {
    return new LedgerModelSession(this, engine);
  }

  /** Postgres restarts: what was committed stays, every connection and lock is gone. */
  restart(): void {
    for (const connection of this.#connections) connection.alive = false;
    this.#connections.clear();
    this.#leader = undefined;
  }

  /** Frees the leader's lock while its session goes on, as a pooler in transaction mode does. */
  breakLock(): void {
    this.#leader = undefined;
  }

  /** For sessions. */
  connect(): Connection {
    const connection = { alive: true };
    this.#connections.add(connection);
    return connection;
  }

  /** For sessions. */
  disconnect(connection: Connection): void {
    connection.alive = false;
    this.#connections.delete(connection);
    if (this.#leader === connection) this.#leader = undefined;
  }

  /** For sessions: whether the lock is the connection's now. */
  tryLock(connection: Connection): boolean {
    this.#leader ??= connection;
    return this.#leader === connection;
  }

  /** For sessions. Throws `PostgresUnreachable` where the exchange's fate is that. */
  async exchange<T>(engine: string, exchange: Exchange, isAlive: () => boolean, work: () => T): Promise<T> {
    const fate = this.#options.fate?.(engine, exchange) ?? DELIVERED;
    if (fate.kind !== 'unreachable') await this.#pause(fate.beforeMs);
    const isDone = (fate.kind === 'delivered' || fate.kind === 'cut_after') && isAlive();
    let answer: { readonly value: T } | undefined;
    let refusal: unknown;
    if (isDone) {
      try {
        answer = { value: work() };
      } catch (error) {
        refusal = error;
      }
    }
    await this.#pause(fate.afterMs);
    const isAnswered =
      fate.kind === 'delivered' || (fate.kind === 'cut_after' && isRolledBack(answer?.value));
    if (!isDone || !isAnswered) throw new PostgresUnreachable(`simulated: ${fate.kind}`);
    if (answer === undefined) throw refusal;
    return answer.value;
  }

  #pooled<T>(engine: string, work: () => T): Promise<T> {
    return this.exchange(engine, 'pool', () => true, work);
  }

  async #pause(milliseconds: number | undefined): Promise<void> {
    if (milliseconds !== undefined && milliseconds > 0) await this.#options.pause?.(milliseconds);
  }

  #openDeployment({ partitions, holdIdSecret: given = '' }: DeploymentSettings): Deployment {
    const { tables } = this;
    if (tables.deployment === undefined) {
      const minted = given === '' ? 'a secret minted by the ledger' : null;
      tables.deployment = { partitions, holdIdSecret: minted, secret: minted ?? given };
      this.#mintEpoch('first start');
      const { epoch } = tables.epochs[0]!;
      const at = this.#options.clock();
      for (let partition = 0; partition < partitions; partition += 1) {
        tables.positions.set(partition, { partition, epoch, seq: 0, at, acknowledged: 0 });
      }
    }
    const stored = tables.deployment;
    if (stored.partitions !== partitions) {
      throw new DeploymentRefused(
        `PARTITIONS is ${partitions}, but this deployment was made with ${stored.partitions}, ` +
          `which cannot change: set PARTITIONS=${stored.partitions}.`,
      );
    }
    if (given === '' ? stored.holdIdSecret === null : given !== stored.secret)
      throw new DeploymentRefused('HOLD_ID_SECRET is not the one this deployment was made with');
    const newest = tables.epochs.at(-1)!;
    return {
      epoch: newest.epoch,
      firstEpoch: tables.epochs[0]!.epoch,
      partitions,
      holdIdSecret: stored.secret,
      stockReady: newest.stockReady,
      recovery: 'none',
      positions: this.positions(),
    };
  }

  #mintEpoch(reason: string): number {
    const { epochs, positions } = this.tables;
    const epoch = (epochs.at(-1)?.epoch ?? this.#options.firstEpoch ?? 0) + 1;
    epochs.push({ epoch, reason, stockReady: false });
    const at = this.#options.clock();
    for (const [partition, row] of positions) {
      positions.set(partition, { ...row, epoch, seq: 0, at, acknowledged: 0 });
    }
    return epoch;
  }

  /** For sessions: one transaction, now. `work` answers a result to roll back with, or nothing to commit. */
  transact(work: (tables: LedgerTables, now: number) => WriteResult | undefined): WriteResult {
    const { tables } = this;
    try {
      const ending = work(tables, this.#options.clock());
      if (ending === undefined) tables.commit();
      else tables.rollBack();
      return ending ?? { kind: 'written' };
    } catch (error) {
      tables.rollBack();
      if (!(error instanceof StatementRefused)) throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
  }
}

function isRolledBack(answer: unknown): boolean {
  const kind = typeof answer === 'object' && answer !== null && 'kind' in answer ? answer.kind : undefined;
  return kind === 'fenced' || kind === 'refused';
}

/** A session as Postgres knows it. */
interface Connection {
  alive: boolean;
}

/** Opens a connection when needed and gives it up at the first doubt, as `PostgresLedger` does. */
class LedgerModelSession implements LedgerStore {
  readonly #model: LedgerModel;
  readonly #engine: string;
  #connection: Connection | undefined;
  #leads = false;

  constructor(model: LedgerModel, engine: string) {
    this.#model = model;
    this.#engine = engine;
  }

  positions(): Promise<readonly LedgerPosition[]> {
    return this.#ask('positions', () =>
      this.#model.positions().map(({ acknowledged: _, ...position }) => position),
    );
  }

  newestDigests(): Promise<readonly NewestDigest[]> {
    const { ledgerEvents } = this.#model.tables;
    return this.#ask('digests', () =>
      this.#model.positions().flatMap(({ epoch, partition, seq }) => {
        const digest = ledgerEvents.get(eventKey(epoch, partition, seq))?.digest ?? null;
        return digest === null ? [] : [{ partition, seq, digest }];
      }),
    );
  }

  async tryLead(): Promise<boolean> {
    if (this.#leads && this.#connection?.alive === true) return true;
    this.#leads = await this.#ask('lead', (connection) => this.#model.tryLock(connection));
    return this.#leads;
  }

  write(epoch: number, batch: LedgerBatch): Promise<WriteResult> {
    return this.#transaction('write', (tables) => writeBatch(tables, epoch, batch));
  }

  quarantine(
    epoch: number,
    event: LedgerEvent,
    reason: { readonly code: string; readonly detail: string },
  ): Promise<WriteResult> {
    return this.#transaction('quarantine', (tables, now) =>
      quarantineEvent(tables, epoch, event, reason, now),
    );
  }

  async close(): Promise<void> {
    this.#forget();
  }

  async #transaction(exchange: Exchange, work: Parameters<LedgerModel['transact']>[0]): Promise<WriteResult> {
    try {
      return await this.#ask(exchange, () => this.#model.transact(work));
    } catch (error) {
      return { kind: 'lost', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  async #ask<T>(exchange: Exchange, work: (connection: Connection) => T): Promise<T> {
    if (this.#connection?.alive !== true) {
      this.#forget();
      this.#connection = this.#model.connect();
    }
    const connection = this.#connection;
    try {
      return await this.#model.exchange(
        this.#engine,
        exchange,
        () => connection.alive,
        () => work(connection),
      );
    } catch (error) {
      if (this.#connection === connection) this.#forget();
      else this.#model.disconnect(connection);
      throw error;
    }
  }

  #forget(): void {
    if (this.#connection !== undefined) this.#model.disconnect(this.#connection);
    this.#connection = undefined;
    this.#leads = false;
  }
}

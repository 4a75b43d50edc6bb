import { Router } from '../../src/actors/router.js';
import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { StopReason } from '../../src/domain/shared-state.js';
import { foreignPartitions, lostPartitions, partitionsWithout, startingState, } from '../../src/engine/comparison.js';
import { RollBackWitness } from '../../src/engine/roll-back.js';
import { DeploymentRefused } from '../../src/ledger/deployment.js';
import { LedgerHost } from '../../src/ledger/ledger-host.js';
import { ledgerThreadOptions } from '../../src/ledger/ledger-thread.js';
import { StreamLink } from './redis-link.js';
import { Life } from './scheduler.js';
import { SimulatedThread } from './simulated-thread.js';
export const HOLD_ID_SECRET = 'a secret of the simulation';
/** Memory of the simulated Redis, in percent that `SimulatedRedis.usedBytes` counts in. */
export const MEMORY_MAX = 100;
const RETRY_MS = 250;
/** One engine: what `startEngine` puts together, as it is, on the simulated clock, threads, Redis and Postgres. */
export class SimulatedEngine {
    name;
    alarms = [];
    state = { kind: 'down' };
    /** Seq of the newest event that a shard of this process was told it made, by partition: what it must not forget. */
    made = [];
    /** Lives of all shards together: what one knew ends with it. */
    shardLives = 0;
    lives = 0;
    /** Whether the operator set another number of partitions than the deployment was made with. */
    isSetWrong = false;
    #world;
    #config;
    #life;
    #parts;
    #threads = new Map();
    constructor(name, world, config) {
        this.name = name;
        this.#world = world;
        this.#config = config;
    }
    get parts() {
        return this.#parts;
    }
    get isServing() {
        return this.state.kind === 'serving';
    }
    get isRolledBack() {
        return this.#parts?.shared.hasStop(StopReason.StoreRolledBack) === true;
    }
    /** Starts a process. `partitions`: what the operator set, where it is not what it should be. */
    start(partitions = this.#config.PARTITIONS) {
        const { scheduler, wallOffsetMs } = this.#world;
        const life = new Life(scheduler, () => wallOffsetMs(this.name));
        this.#life = life;
        this.lives += 1;
        this.isSetWrong = partitions !== this.#config.PARTITIONS;
        this.state = { kind: 'starting' };
        this.made = [];
        this.#open(life, partitions).catch((error) => {
            if (/does not start/.test(String(error))) {
                // Its shards died again and again: the process ends, and whoever keeps it running starts another.
                this.kill(0);
                this.#world.scheduler.after(RETRY_MS, () => this.start());
                return;
            }
            if (!(error instanceof DeploymentRefused))
                throw error;
            this.state = { kind: 'refused', reason: error.message };
            this.#world.tell(this.name, `does not start: ${error.message}`);
        });
    }
    /** The process ends at this moment. What it had sent may still happen. */
    kill(sessionLingersMs) {
        const session = this.#parts?.session;
        this.#life?.kill();
        this.#life = undefined;
        this.#parts = undefined;
        this.#threads.clear();
        this.state = { kind: 'down' };
        // Postgres notices at once, or only when its keep-alive fails.
        if (session !== undefined)
            this.#world.scheduler.after(sessionLingersMs, () => void session.close());
    }
    /** Whether the process stands still: nothing can be asked of it. */
    get isStopped() {
        return this.#life?.isStopped === true;
    }
    /** The whole process stops for a while, as a machine does that is suspended. */
    stop(milliseconds) {
        this.#life?.stop(milliseconds);
    }
    killShard(index, losesMessages) {
        const thread = this.#threads.get(index % this.#config.SHARDS);
        if (thread === undefined || thread.isDead)
            return false;
        thread.die(losesMessages);
        return true;
    }
    stopShard(index, milliseconds) {
        this.#threads.get(index % this.#config.SHARDS)?.stop(milliseconds);
    }
    /** As `openStores` does it: both stores are opened and compared, with patience for those that are not up yet. */
    async #open(life, partitions) {
        const { ledger } = this.#world;
        const settings = { partitions, holdIdSecret: HOLD_ID_SECRET };
        const deployment = await this.#patiently(life, () => ledger.open(this.name, settings));
        const { epoch, stockReady } = deployment;
        const metas = await this.#patiently(life, () => this.#initialise(epoch, partitions, !stockReady));
        const behind = lostPartitions(metas, deployment);
        const compared = behind.length > 0
            ? { lost: behind, lostEvents: 0 }
            : await this.#patiently(life, () => this.#compareEvents(life));
        const { lost } = compared;
        if (!stockReady && lost.length === 0) {
            await this.#patiently(life, () => ledger.markStockReady(this.name, epoch));
        }
        await this.#serve(life, deployment, compared);
    }
    async #serve(life, deployment, { lost, lostEvents }) {
        const { scheduler, redis, ledger, hopMs, flushFate, wallOffsetMs, tell, remembers } = this.#world;
        const { epoch } = deployment;
        const shared = startingState(deployment, lost.length > 0);
        for (const sentence of lost)
            tell(this.name, `store rolled back: ${sentence}`);
        const spawn = SimulatedThread.spawner({
            engine: this.name,
            scheduler,
            redis,
            process: life,
            wallOffsetMs: () => wallOffsetMs(this.name),
            fate: () => flushFate(this.name),
            arrived: (partition, seq, made) => {
                if (made)
                    this.made[partition] = Math.max(this.made[partition] ?? 0, seq);
            },
            hopMs,
        }, (thread, index) => {
            this.#threads.set(index, thread);
            this.shardLives += 1;
            this.made = [];
        });
        const router = new Router({
            config: this.#config,
            epoch,
            shared,
            clock: life,
            spawn,
            atEndOfTurn: (task) => void life.setTimer(0, task),
            lost: (event) => witness.lost(event),
            died: ({ shard, life: dead, reason }) => tell(this.name, `shard ${shard} life ${dead} died: ${reason}`),
        });
        const [session, ledgerHost] = this.#startLedger(life, deployment, shared);
        const witness = new RollBackWitness({
            shared,
            partitions: deployment.partitions,
            clock: life,
            keep: (seqs) => life.bind(ledger.raiseAcknowledged(this.name, epoch, seqs)),
            keepLost: async (events) => {
                await life.bind(ledger.keepLostEvents(this.name, epoch, events));
                remembers(epoch, events);
            },
            kept: async () => {
                const known = await life.bind(ledger.readPositions(this.name));
                const lostNow = await life.bind(ledger.readLostEvents(this.name));
                const seqs = known.map((position) => (position.epoch === epoch ? position.acknowledged : 0));
                return { seqs, lostEvents: lostNow.length };
            },
            keptBefore: { seqs: deployment.positions.map(({ acknowledged }) => acknowledged), lostEvents },
            logger: { fatal: () => tell(this.name, 'keeps how far Redis had come'), debug: () => undefined },
        });
        const minter = new HoldIdMinter(deployment.holdIdSecret);
        this.#parts = { epoch, shared, router, minter, ledgerHost, session };
        const started = router.start();
        // As in `startEngine`: a store that lost writes has nothing to load from.
        if (lost.length === 0)
            await life.bind(started);
        else
            started.catch(() => undefined);
        this.state = { kind: 'serving' };
        tell(this.name, 'serves');
    }
    #startLedger(life, deployment, shared) {
        const { redis, ledger, hopMs, tell } = this.#world;
        const session = boundTo(life, ledger.session(this.name));
        const options = { ...ledgerThreadOptions(this.#config, deployment, shared), life: this.lives };
        const host = new LedgerHost(options, {
            source: new StreamLink(redis, life, {
                delayMs: hopMs,
                whenReady: () => host.writer.recheck(),
                maxBytes: MEMORY_MAX,
            }),
            ledger: session,
            clock: life,
            shared,
            alarm: (alarm) => {
                this.alarms.push(alarm);
                tell(this.name, `alarm ${JSON.stringify(alarm)}`);
            },
            status: () => undefined,
        });
        void host.run();
        return [session, host];
    }
    async #compareEvents(life) {
        const { redis, ledger, hopMs } = this.#world;
        const kept = await ledger.readLostEvents(this.name);
        const session = ledger.session(this.name);
        try {
            const newest = await session.newestDigests();
            const source = new StreamLink(redis, life, { delayMs: hopMs });
            const foreign = await foreignPartitions(source, newest);
            const without = await partitionsWithout(source, kept, (places) => ledger.readEventTimes(this.name, places));
            return { lost: [...foreign, ...without], lostEvents: kept.length };
        }
        finally {
            void session.close();
        }
    }
    #initialise(epoch, partitions, mayCreate) {
        const { redis } = this.#world;
        return new Promise((resolve, reject) => {
            if (!redis.isUp) {
                reject(new Error('simulated: Redis is down'));
                return;
            }
            const forget = redis.onDisconnect(() => {
                forget();
                reject(new Error('simulated: Redis went down'));
            });
            redis.serve(() => redis.initialise(epoch, partitions, mayCreate), (metas) => {
                forget();
                resolve(metas);
            });
        });
    }
    /** As `retryFor`, without an end: an engine that gives up is started again. */
    async #patiently(life, attempt) {
        for (;;) {
            try {
                return await life.bind(attempt());
            }
            catch (error) {
                if (error instanceof DeploymentRefused)
                    throw error;
                await new Promise((resolve) => life.setTimer(RETRY_MS, resolve));
            }
        }
    }
}
/** A ledger session of a process: nothing comes back to one that is dead. */
function boundTo(life, store) {
    return {
        positions: () => life.bind(store.positions()),
        newestDigests: () => life.bind(store.newestDigests()),
        tryLead: () => life.bind(store.tryLead()),
        write: (epoch, batch) => life.bind(store.write(epoch, batch)),
        quarantine: (epoch, event, reason) => life.bind(store.quarantine(epoch, event, reason)),
        close: () => store.close(),
    };
}
//# sourceMappingURL=simulated-engine.js.map
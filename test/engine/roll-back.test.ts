import t from 'tap';
import type { OwnEvent } from '../../src/domain/own-event.js';
import { SharedState, StopReason } from '../../src/domain/shared-state.js';
import { type KeptRollBack, RollBackWitness } from '../../src/engine/roll-back.js';
import { ManualClock } from '../actors/manual-clock.js';

/** As long as it takes at most until Postgres was asked. */
const ASKED_MS = 1100;
const LOOKED_MS = 150;

/** A witness, and Postgres as all engines share it. */
class Scene {
  readonly shared = new SharedState(2);
  readonly clock = new ManualClock();
  readonly logged: string[] = [];
  readonly keptSeqs: (readonly number[])[] = [];
  readonly keptLost: number[] = [];
  isPostgresDown = false;
  isLosing = false;
  kept: KeptRollBack;
  readonly witness: RollBackWitness;

  constructor(keptBefore: KeptRollBack) {
    this.kept = keptBefore;
    this.witness = new RollBackWitness({
      shared: this.shared,
      partitions: 2,
      clock: this.clock,
      keep: async (seqs) => {
        this.#ask();
        this.keptSeqs.push(seqs);
      },
      keepLost: async (events) => {
        this.#ask();
        if (this.isLosing) throw new Error('simulated: this table alone');
        this.keptLost.push(...events.map(({ seq }) => seq));
      },
      kept: async () => {
        this.#ask();
        return this.kept;
      },
      keptBefore,
      logger: {
        fatal: (_fields: object, line?: string) => void this.logged.push(String(line)),
        debug: () => undefined,
      },
    });
  }

  get isStopped(): boolean {
    return this.shared.hasStop(StopReason.StoreRolledBack);
  }

  #ask(): void {
    if (this.isPostgresDown) throw new Error('simulated: Postgres is down');
  }
}

const BEFORE: KeptRollBack = { seqs: [5, 0], lostEvents: 1 };

function lostAt(seq: number): OwnEvent {
  return { partition: 0, seq, at: 1000 + seq, skus: [] };
}

t.test('another engine kept a roll-back: this one stops, and keeps what it saw itself', async (t) => {
  for (const kept of [
    { ...BEFORE, seqs: [5, 3] },
    { ...BEFORE, lostEvents: 2 },
  ]) {
    const scene = new Scene(BEFORE);
    scene.shared.raiseSeqSeen(0, 9);
    await scene.clock.advance(2 * ASKED_MS);
    t.notOk(scene.isStopped, 'what was known when it started, and mended, says nothing');
    scene.kept = kept;
    scene.isPostgresDown = true;
    await scene.clock.advance(ASKED_MS);
    t.notOk(scene.isStopped, 'it cannot be read');
    scene.isPostgresDown = false;
    await scene.clock.advance(ASKED_MS);
    t.ok(scene.isStopped, JSON.stringify(kept));
    await scene.clock.advance(LOOKED_MS);
    t.same(scene.keptSeqs, [[9, 0]]);
    t.match(scene.logged, [/^Another engine found/, /^Redis lost acknowledged writes/]);
    scene.witness.stop();
  }
});

t.test(
  'what this engine does not find any more is kept once the store is known to have gone back',
  async (t) => {
    const scene = new Scene(BEFORE);
    scene.witness.lost(lostAt(7));
    await scene.clock.advance(2 * ASKED_MS);
    t.same(scene.keptLost, [], 'it may as well be in the ledger and trimmed');
    scene.isPostgresDown = true;
    scene.shared.raiseStop(StopReason.StoreRolledBack);
    await scene.clock.advance(LOOKED_MS);
    scene.witness.lost(lostAt(8));
    await scene.clock.advance(LOOKED_MS);
    scene.isPostgresDown = false;
    scene.isLosing = true;
    await scene.clock.advance(LOOKED_MS);
    t.same([scene.keptSeqs.length, scene.keptLost], [1, []], 'one does not wait for the other');
    scene.isLosing = false;
    await scene.clock.advance(LOOKED_MS);
    t.same(scene.keptLost, [7, 8], 'nothing is forgotten while Postgres is away');
    scene.witness.lost(lostAt(9));
    await scene.clock.advance(2 * ASKED_MS);
    t.same(scene.keptLost, [7, 8, 9], 'also what is found later, and each once');
    t.equal(scene.keptSeqs.length, 1);
    scene.witness.stop();
  },
);

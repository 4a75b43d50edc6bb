import type { SourceChange } from './mutation-copy.js';

/** A safeguard, what takes it out of the compiled code, and which rules of the auditor may be the ones that miss it. */
export interface Mutation {
  readonly safeguard: string;
  /** A fault that happens in each of its seeds, where by chance it would be rare. */
  readonly aim?: string;
  readonly changes: readonly SourceChange[];
  readonly caughtBy: readonly string[];
}

const STOCK = 'dist/test/stock/model-operations.js';
const STOCK_CALL = 'dist/test/stock/model.js';
const LEDGER = 'dist/test/simulation/ledger-model-statements.js';
const actors = (name: string): string => `dist/src/actors/${name}.js`;
const ledger = (name: string): string => `dist/src/ledger/${name}.js`;

/**
 * Where a safeguard lives in a script or a statement, it is taken out of the model that stands for it here, and of the script
 * itself in `script-mutations.ts`.
 */
export const MUTATIONS: readonly Mutation[] = [
  {
    safeguard: 'no compare-and-set fence',
    aim: 'stale ledger leader',
    // Where the fence is gone the key of `ledger_events` still refuses a repeat, so it goes too: that is ON CONFLICT DO NOTHING.
    changes: [
      { file: LEDGER, from: ' || position.seq !== from', to: '' },
      {
        file: LEDGER,
        from: 'if (tables.ledgerEvents.has(key))',
        to: 'if (tables.ledgerEvents.has(key)) return; if (false)',
      },
    ],
    caughtBy: ['each event is in the ledger once', 'rows are what the events give', 'events are contiguous'],
  },
  {
    safeguard: 'a gap in seq accepted',
    aim: 'entry lost from a stream',
    changes: [
      {
        file: ledger('collector'),
        from: 'if (!entry.wellFormed || entry.seq !== expected) {',
        to: 'if (!entry.wellFormed) {',
      },
      { file: ledger('collector'), from: ' || event.seq !== expected) {', to: ') {' },
      {
        file: ledger('collector'),
        from: 'return { partition, seq: expected, bytes: entry.bytes, content: { kind:',
        to: 'return { partition, seq: entry.seq, bytes: entry.bytes, content: { kind:',
      },
    ],
    caughtBy: ['each event is in the ledger once'],
  },
  {
    safeguard: 'trim before commit',
    changes: [
      {
        file: actors('trimmer'),
        from: 'const committedSeq = this.#options.shared.ledgerSeq(entry.partition);',
        to: 'const committedSeq = this.#options.shared.seqSeen(entry.partition);',
      },
    ],
    caughtBy: ['nothing is trimmed before the ledger has it'],
  },
  {
    safeguard: 'board before replay',
    changes: [
      {
        file: actors('board'),
        from: '!this.#isFresh(this.#partitionOfRow[row]) || this.#filter.mayHave(fingerprint)',
        to: '!this.#isFresh(this.#partitionOfRow[row])',
      },
    ],
    caughtBy: ['a replay gets its hold'],
  },
  {
    safeguard: 'limit outside the script',
    changes: [
      {
        file: STOCK,
        from: 'const isOver = () => sku.buyerLimit > 0 && record().units + quantity > sku.buyerLimit;',
        to: 'const isOver = () => false;',
      },
    ],
    caughtBy: ['buyer limit'],
  },
  {
    safeguard: 'stock adjusted without a key',
    changes: [{ file: STOCK, from: 'if (before !== undefined) {', to: 'if (false) {' }],
    caughtBy: ['stock is adjusted once a key', 'a request happens at most once'],
  },
  {
    safeguard: 'latch not reversible',
    changes: [
      {
        file: actors('actor'),
        from: 'if (seq < this.seq)',
        to: 'if (seq < this.seq || (this.view.state === view.state && this.view.available < view.available))',
      },
    ],
    caughtBy: ['refusals are true'],
  },
  {
    safeguard: 'expiry by the clock of the engine',
    changes: [
      {
        file: actors('sweeper'),
        from: "body: { operation: 'expire', ",
        to: "body: { operation: 'expire', now: this.#options.clock.now(), ",
      },
      {
        file: STOCK,
        from: 'const { partition, now } = context;\n    const members',
        to: 'context.now = Math.floor(call.now);\n    const { partition, now } = context;\n    const members',
      },
    ],
    caughtBy: ['time of a partition never goes back', 'deadlines'],
  },
  {
    safeguard: 'stale view accepted',
    // A reply that shows events of another engine, not read yet, is taken for the newest there is. (That `SkuActor.accept` takes
    // an older view changes nothing alone: while events are read nobody relies on it, and the last one read is the newest.)
    changes: [
      { file: actors('actor'), from: 'if (seq < this.seq)', to: 'if (false)' },
      {
        file: actors('partition-view'),
        from: 'if (seq === this.cursor || (changed && seq === this.cursor + 1)) {',
        to: 'if (true) {',
      },
    ],
    caughtBy: ['refusals are true', 'a replay gets its hold'],
  },
  {
    safeguard: 'stale board accepted',
    aim: 'engine stopped',
    changes: [{ file: actors('board'), from: ' | 0) <= this.#freshMs', to: ' | 0) <= 1e9' }],
    caughtBy: ['refusals are true', 'a replay gets its hold'],
  },
  {
    safeguard: 'repair upward',
    aim: 'recount that misses a hold',
    changes: [{ file: STOCK, from: 'if (wanted.available > sku.available && !isTwice)', to: 'if (false)' }],
    caughtBy: ['nothing is repaired where nothing is wrong'],
  },
  {
    safeguard: 'epoch not checked',
    aim: 'another epoch begun',
    changes: [{ file: STOCK_CALL, from: 'if (call.epoch !== partition.epoch)', to: 'if (false)' }],
    caughtBy: ['only engines of the epoch change the store'],
  },
  {
    safeguard: 'notAfter ignored',
    changes: [{ file: STOCK, from: 'if (now > item.notAfter)', to: 'if (false)' }],
    caughtBy: ['nothing happens after its time', 'what was refused for certain does not happen'],
  },
  {
    safeguard: 'seq seen ignored',
    aim: 'older file restored',
    changes: [{ file: STOCK_CALL, from: 'if (partition.seq < call.seqSeen)', to: 'if (false)' }],
    caughtBy: ['a roll-back is told'],
  },
  {
    safeguard: 'replay check skipped',
    changes: [
      {
        file: STOCK,
        from: 'if (known !== undefined) {\n            const isSame',
        to: 'if (false) {\n            const isSame',
      },
    ],
    caughtBy: ['at most one hold a key'],
  },
  {
    safeguard: 'deadline not rechecked on confirm',
    changes: [{ file: STOCK, from: 'return context.expireIfOverdue(hold);\n}', to: 'return hold;\n}' }],
    caughtBy: ['deadlines'],
  },
  {
    safeguard: 'ledger ahead of its commit',
    aim: 'postgres down',
    changes: [
      {
        file: ledger('placing'),
        from: "if (result.kind === 'written') {\n            this.counters.committed",
        to: "if (result.kind !== 'fenced') {\n            this.counters.committed",
      },
    ],
    caughtBy: ['an engine says of the ledger what it has'],
  },
  {
    safeguard: 'a refusal after a lost attempt believed',
    aim: 'outage of the network',
    changes: [
      {
        file: actors('settlement'),
        from: 'item.attempted && redisNow <= item.notAfter && mayStillSucceed(item, outcome)',
        to: 'false',
      },
    ],
    caughtBy: ['what was refused for certain does not happen'],
  },
  {
    safeguard: 'a lost attempt sent again with more time',
    changes: [
      {
        file: actors('settlement'),
        from: 'item.attempted = true;\n                    this.#again',
        to: 'item.attempted = true;\n                    item.notAfter += 5000;\n                    this.#again',
      },
    ],
    caughtBy: ['nothing happens after its time', 'what was refused for certain does not happen'],
  },
  {
    safeguard: 'out of time is said to be not done',
    changes: [{ file: actors('resolution'), from: 'if (!mayHaveLeft)', to: 'if (true)' }],
    caughtBy: ['what was refused for certain does not happen'],
  },
  {
    safeguard: 'orphans given as if never sent',
    aim: 'shard death with a flush in a socket',
    changes: [
      {
        file: actors('shard-link'),
        from: 'this.#batch.add(slot, command, sentAt, wasPosted);',
        to: 'this.#batch.add(slot, command, sentAt, false);',
      },
    ],
    caughtBy: ['what was refused for certain does not happen'],
  },
  {
    safeguard: 'lost events not looked for at start',
    aim: 'older file written on',
    changes: [{ file: ledger('lost-events'), from: 'if (lost.length === 0)', to: 'if (lost.length >= 0)' }],
    caughtBy: ['a roll-back is told'],
  },
  {
    safeguard: 'lost events not kept',
    aim: 'older file written on',
    changes: [
      {
        file: 'dist/test/simulation/ledger-model-lost-events.js',
        from: 'if (ofPartition.length < KEPT_MAX && !isKept)',
        to: 'if (false)',
      },
    ],
    caughtBy: ['a roll-back is told'],
  },
];

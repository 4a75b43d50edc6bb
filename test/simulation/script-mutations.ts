import type { SourceChange } from './mutation-copy.js';

/** A rule that a script or a statement keeps, and the test of its model that must miss it. */
export interface ScriptMutation {
  readonly safeguard: string;
  readonly change: SourceChange;
  readonly test: 'stock/properties' | 'simulation/ledger-model';
}

const lua = (safeguard: string, file: string, from: string, to: string): ScriptMutation => ({
  safeguard,
  change: { file: `lua/${file}.lua`, from, to },
  test: 'stock/properties',
});

const sql = (safeguard: string, file: string, from: string, to: string): ScriptMutation => ({
  safeguard,
  change: { file: `src/ledger/statements/${file}.sql`, from, to },
  test: 'simulation/ledger-model',
});

/** Safeguards in Lua and SQL, each taken out: there the comparison with the model has to turn red. */
export const SCRIPT_MUTATIONS: readonly ScriptMutation[] = [
  lua(
    'limit outside the script',
    'operations/hold',
    'if limit > 0 and units + quantity > limit then\n    usage',
    'if false then\n    usage',
  ),
  lua(
    'stock outside the script',
    'operations/hold',
    'if quantity > sku.available then return SOLD_OUT, sku.available end',
    '',
  ),
  lua('replay check skipped', 'operations/hold', 'if record then\n      code', 'if false then\n      code'),
  lua('notAfter ignored', 'operations/hold', 'elseif now > not_afters[index] then', 'elseif false then'),
  lua(
    'notAfter ignored on confirm',
    'library/ending',
    'if not overdue and batch.now > not_after then return TOO_LATE, 0 end',
    '',
  ),
  lua(
    'deadline not rechecked on confirm',
    'library/ending',
    'local overdue = is_overdue(batch, hold)',
    'local overdue = false',
  ),
  lua(
    'confirm counted twice',
    'library/ending',
    'if hold.state ~= HELD then',
    'if hold.state ~= HELD and hold.state ~= CONFIRMED then',
  ),
  lua(
    'release counted twice',
    'library/ending',
    'if hold.state ~= HELD then',
    'if hold.state ~= HELD and hold.state ~= RELEASED then',
  ),
  lua(
    'stock adjusted without a key',
    'operations/adjust',
    "local before = redis.call('HGET', keys[8], id)",
    'local before = false',
  ),
  lua(
    'trim before commit',
    'operations/trim',
    'math.min(keep_from, committed + 1, batch.seq + 1,',
    'math.min(keep_from, batch.seq + 1,',
  ),
  lua(
    'repair upward',
    'operations/repair',
    'return wanted.available <= sku.available or (seq == batch.seq and second_seq == batch.seq)',
    'return true',
  ),
  lua(
    'repair at another seq',
    'operations/repair',
    '(seq == batch.seq and second_seq == batch.seq)',
    '(second_seq == seq)',
  ),
  lua(
    'a recount not brought to now',
    'operations/repair',
    'if missing < 0 or missing > EVENTS_MAX then return false end',
    'if missing > 0 then return true end',
  ),
  lua('epoch not checked', 'library/header', 'if meta[1] ~= args[1] then return', 'if false then return'),
  lua('seq seen ignored', 'library/header', 'if seq < tonumber(args[2]) then return', 'if false then return'),
  lua('time steps back', 'library/header', 'math.max(read_clock(), tonumber(meta[3]))', 'read_clock()'),
  lua(
    'ended holds forgotten before the ledger has them',
    'operations/expire',
    'if tonumber(string.sub(member, 2, colon - 1)) > ledger_seq then',
    'if false then',
  ),
  lua(
    'more than 16 live ids',
    'library/buyer',
    'if #record - 4 >= LIVE_BYTES_MAX then from = 5 + ID_LENGTH end',
    '',
  ),
  lua(
    'units of a released hold stay with the buyer',
    'library/hold',
    'return hold.state == CONFIRMED and 0 or hold.quantity',
    'return 0',
  ),
  sql('no compare-and-set fence', 'move-positions', ' AND p.seq = n.seq_before', ''),
  sql('epoch not checked by the ledger', 'move-positions', ' AND p.epoch = $1::integer', ''),
  sql(
    'an ended hold ends again',
    'end-holds',
    "WHERE h.hold_id = n.hold_id AND h.state = 'held'",
    'WHERE h.hold_id = n.hold_id',
  ),
  sql('a held hold is replaced', 'insert-holds', "WHERE h.state <> 'held' OR EXISTS", 'WHERE true OR EXISTS'),
  sql(
    'any end may be an orphan',
    'find-orphans',
    'WHERE EXISTS (SELECT FROM holdfast.quarantine AS q WHERE q.partition = ($1::smallint[])[n.ended_by])',
    'WHERE true',
  ),
  sql('lost events without a limit', 'keep-lost-events', ') < $6::integer', ') < 1000'),
  sql('acknowledged may sink', 'raise-acknowledged', ' AND p.acknowledged < n.seq', ''),
];

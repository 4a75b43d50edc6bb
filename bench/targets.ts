/** What the figures must reach, from the issues that asked for them. One table, so that no report invents its own bar. */
export interface Target {
  readonly name: string;
  /** Whether the measured value must be at least or at most `bound`. */
  readonly direction: 'at least' | 'at most';
  readonly bound: number;
  readonly unit: string;
}

function atLeast(bound: number, unit: string, name: string): Target {
  return { name, direction: 'at least', bound, unit };
}

function atMost(bound: number, unit: string, name: string): Target {
  return { name, direction: 'at most', bound, unit };
}

export const TARGETS = {
  acceptedShare: atLeast(0.5, '×', 'accepted ÷ echo'),
  soldOutShare: atLeast(0.95, '×', 'sold out ÷ echo'),
  manySkusShare: atLeast(0.75, '×', '10,000 SKUs ÷ one'),
  signedShare: atLeast(0.75, '×', 'signed ÷ unsigned'),
  fasterThanRedisAndLua: atLeast(2, '×', 'accepted ÷ Fastify with Redis and Lua'),
  fasterThanPostgresCounter: atLeast(15, '×', 'accepted ÷ Fastify with a Postgres counter'),
  fasterThanPostgresUnits: atLeast(15, '×', 'accepted ÷ Fastify with Postgres units'),
  drainSeconds: atMost(10, 's', 'ledger drained after a round'),
  lagAtHalfSeconds: atMost(1, 's', 'ledger lag at half of saturation, p99'),
  burstDrainSeconds: atMost(10, 's', 'ledger drained after a full-speed burst of 500,000'),
  liveHoldsShare: atLeast(0.8, '×', '1,000,000 live holds ÷ 1,000'),
  bytesPerHold: atMost(400, 'B', 'Redis memory a live hold'),
  engineMegabytes: atMost(400, 'MB', 'engine with 1,000,000 live holds'),
  expiryRestMs: atMost(250, 'ms', 'back on sale after the deadline, at rest'),
  expiryLoadMs: atMost(1000, 'ms', 'back on sale after the deadline, under load'),
  openingMs: atMost(50, 'ms', 'open to all after opensAt'),
  earlySales: atMost(0, '', 'sales before opensAt'),
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;

/** A measured value beside what it must reach. */
export interface Gate {
  readonly target: TargetName;
  /** Not a number where it was not measured. */
  readonly value: number;
  /** Why there is no value. */
  readonly note?: string;
}

export function passes(gate: Gate): boolean {
  const { direction, bound } = TARGETS[gate.target];
  return direction === 'at least' ? gate.value >= bound : gate.value <= bound;
}

import { PEERS, type PeerName } from './peers/contract.js';
import { type Comparison, rateTable, ratioGate, stageTable } from './rate-table.js';
import type { Gate, TargetName } from './targets.js';
import { type MeasureName, measuresOf, type ThroughputMeasurement } from './throughput.js';

const NAMES = measuresOf({ withoutPeers: false });

const OWN_COMPARISONS: Readonly<Partial<Record<MeasureName, MeasureName>>> = {
  accepted: 'echo',
  'sold out': 'echo sold out',
  '10,000 SKUs': 'accepted',
  'accepted, signed': 'accepted',
};

/** How many times faster this engine is than the peer, and how much of its base each of its own measures is. */
function comparisonOf(name: MeasureName): Comparison<MeasureName> | undefined {
  const under = OWN_COMPARISONS[name];
  if (under !== undefined) return { over: name, under, text: (ratio) => `${ratio}× ${under}` };
  const peer = PEERS.find((known) => name === known || name === `${known}, sold out`);
  if (peer === undefined) return undefined;
  const over = name === peer ? 'accepted' : 'sold out';
  return { over, under: name, text: (ratio) => `${over} is ${ratio}×` };
}

export function throughputTable(measurements: readonly ThroughputMeasurement[], markdown: boolean): string {
  return rateTable(measurements, NAMES, comparisonOf, markdown);
}

/** The engine, the peers accepting, the peers sold out: one table of all would be wider than any terminal. */
export function throughputStages(measurements: readonly ThroughputMeasurement[], markdown: boolean): string {
  const groups = [
    measuresOf({ withoutPeers: true }),
    PEERS,
    PEERS.map((peer) => `${peer}, sold out` as const),
  ];
  const tables = groups.map((names) => stageTable<MeasureName>(measurements, names, markdown));
  return tables.filter((text) => text !== '').join('\n\n');
}

/** Those the issue names. The others say how much of the distance is the way Postgres is asked. */
const PEER_TARGETS: Readonly<Partial<Record<PeerName, TargetName>>> = {
  'Redis and Lua': 'fasterThanRedisAndLua',
  'Postgres counter': 'fasterThanPostgresCounter',
  'Postgres units': 'fasterThanPostgresUnits',
};

export function throughputGates(
  measurements: readonly ThroughputMeasurement[],
  { withPeers }: { readonly withPeers: boolean },
): readonly Gate[] {
  const drains = measurements.flatMap((m) => (m.drainSeconds === undefined ? [] : [m.drainSeconds]));
  const ratio = (target: TargetName, over: MeasureName, under: MeasureName): Gate =>
    ratioGate(measurements, target, over, under);
  return [
    ratio('acceptedShare', 'accepted', 'echo'),
    ratio('soldOutShare', 'sold out', 'echo sold out'),
    ratio('manySkusShare', '10,000 SKUs', 'accepted'),
    ratio('signedShare', 'accepted, signed', 'accepted'),
    // Peers can be left out of a run; what is missing from it by mistake is a target missed, and not a target less.
    ...(withPeers ? PEERS : []).flatMap((peer) => {
      const target = PEER_TARGETS[peer];
      return target === undefined ? [] : [ratio(target, 'accepted', peer)];
    }),
    drains.length === 0
      ? { target: 'drainSeconds', value: Number.NaN, note: 'nothing was sold' }
      : { target: 'drainSeconds', value: Math.max(...drains) },
  ];
}

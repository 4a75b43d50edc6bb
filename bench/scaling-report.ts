import type { SeriesName } from './options.js';
import { rateTable, ratioGate, stageTable, summedStages } from './rate-table.js';
import { FEW_HOLDS, hopPoints, MANY_HOLDS, type Series } from './scaling.js';
import { type SignatureCost, signatureTable } from './signature-cost.js';
import { GATEWAY, SHARD_THREADS } from './stages.js';
import type { Gate } from './targets.js';

export interface ScalingResults {
  readonly series: Map<SeriesName, Series>;
  signatures?: SignatureCost;
}

/** Tables of one series, each point compared with the first. Empty when nothing of it was measured. */
export function seriesTables({ points, measurements }: Series, markdown: boolean): string {
  if (measurements.length === 0) return '';
  const [first] = points;
  const rates = rateTable(
    measurements,
    points,
    (name) =>
      first === undefined || name === first
        ? undefined
        : { over: name, under: first, text: (ratio) => `${ratio}× ${first}` },
    markdown,
  );
  return `${rates}\n\n${stageTable(measurements, points, markdown)}`;
}

/**
 * What it costs that a hold goes to the thread of a shard and back: the processor time of gateway and shard together in two threads
 * less that in one. Empty where not both were measured.
 */
export function hopText({ measurements }: Series): string {
  const { apart, together } = hopPoints;
  const stages = [GATEWAY, SHARD_THREADS];
  const inTwo = summedStages(measurements, apart, stages);
  const inOne = summedStages(measurements, together, stages);
  if (inTwo === undefined || inOne === undefined) return '';
  const hop = (inTwo - inOne) / 1000;
  return `The hop to the thread of a shard and back: ${hop.toFixed(2)} µs a hold (gateway and shard threads, ${apart} less ${together}).`;
}

export function scalingTables(results: ScalingResults, markdown: boolean): string {
  const tables = [...results.series].flatMap(([name, series]) => [
    seriesTables(series, markdown),
    name === 'shards' ? hopText(series) : '',
  ]);
  if (results.signatures !== undefined) tables.push(signatureTable(results.signatures, markdown));
  return tables.filter((text) => text !== '').join('\n\n');
}

export function scalingGates(results: ScalingResults): readonly Gate[] {
  const holds = results.series.get('holds');
  if (holds === undefined) return [];
  return [ratioGate(holds.measurements, 'liveHoldsShare', MANY_HOLDS, FEW_HOLDS)];
}

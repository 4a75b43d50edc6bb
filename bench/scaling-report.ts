import type { SeriesName } from './options.js';
import { rateTable, shareOf, stageTable } from './rate-table.js';
import { FEW_HOLDS, MANY_HOLDS, type Series } from './scaling.js';
import { type SignatureCost, signatureTable } from './signature-cost.js';
import type { Gate } from './targets.js';

export interface ScalingResults {
  readonly series: ReadonlyMap<SeriesName, Series>;
  readonly signatures?: SignatureCost;
}

/** Tables of one series, each point compared with the first. */
export function seriesTables({ points, measurements }: Series, markdown: boolean): string {
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

export function scalingTables(results: ScalingResults, markdown: boolean): string {
  const tables = [...results.series.values()].map((series) => seriesTables(series, markdown));
  if (results.signatures !== undefined) tables.push(signatureTable(results.signatures, markdown));
  return tables.join('\n\n');
}

export function scalingGates(results: ScalingResults): readonly Gate[] {
  const holds = results.series.get('holds');
  if (holds === undefined) return [];
  return [{ target: 'liveHoldsShare', value: shareOf(holds.measurements, MANY_HOLDS, FEW_HOLDS).median }];
}

import { Counter, Gauge, type Registry } from 'prom-client';
import type { HistogramSnapshot } from '../domain/histogram.js';
import { FoldedHistogram, type FoldedSeries } from './folded-histogram.js';

export type Labels = Readonly<Record<string, string>>;
export type Reading = readonly [labels: Labels, value: number];

export function one(value: number): readonly Reading[] {
  return [[{}, value]];
}

export function single(snapshot: HistogramSnapshot): readonly FoldedSeries[] {
  return [{ labels: {}, snapshot }];
}

export interface Declarations {
  counter(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[]): void;
  gauge(name: string, help: string, labelNames: readonly string[], read: () => readonly Reading[]): void;
  histogram(
    name: string,
    help: string,
    bounds: readonly number[],
    labelNames: readonly string[],
    read: () => readonly FoldedSeries[],
  ): void;
}

/** Metrics that are read when scraped, rather than kept twice. */
export function declarations(registry: Registry): Declarations {
  return {
    counter(name, help, labelNames, read) {
      const metric: Counter = new Counter({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        collect: () => {
          metric.reset();
          for (const [labels, value] of read()) metric.inc(labels, value);
        },
      });
    },
    gauge(name, help, labelNames, read) {
      const metric: Gauge = new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [registry],
        collect: () => {
          metric.reset();
          for (const [labels, value] of read()) metric.set(labels, value);
        },
      });
    },
    histogram(name, help, bounds, labelNames, read) {
      new FoldedHistogram({ registry, name, help, bounds, labelNames, read });
    },
  };
}

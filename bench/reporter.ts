import type { Failures } from './failures.js';

/** Where figures go as they come, so that a run that is broken off keeps those it has. */
export interface Reporter<Figure> {
  /** Says what takes a while now. */
  progress(text: string): void;
  measured(figure: Figure): void;
  readonly failures: Failures;
}

/** Every second round goes backwards, so that a machine that gets slower or faster does so to all alike. */
export function inTurns<Item>(items: readonly Item[], round: number): readonly Item[] {
  return round % 2 === 1 ? items : [...items].reverse();
}

import { throwIfEnding } from './children.js';

/** What could not be measured, and why. */
export interface Failure {
  readonly what: string;
  readonly why: string;
}

/** A run takes an hour: what fails in it is written down and the rest goes on, so that one bad figure does not cost all others. */
export class Failures {
  readonly #all: Failure[] = [];
  readonly #report: (failure: Failure) => void;

  /** `report` is called with each as it happens. */
  constructor(report: (failure: Failure) => void) {
    this.#report = report;
  }

  get all(): readonly Failure[] {
    return this.#all;
  }

  /** Answers what `action` answers, or undefined where it failed. Throws only while everything is being ended. */
  async survive<Result>(what: string, action: () => Promise<Result>): Promise<Result | undefined> {
    throwIfEnding();
    try {
      return await action();
    } catch (error) {
      throwIfEnding();
      const failure = { what, why: error instanceof Error ? error.message : String(error) };
      this.#all.push(failure);
      this.#report(failure);
      return undefined;
    }
  }
}

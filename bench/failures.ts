import { throwIfEnding } from './children.js';

/** What could not be measured, and why. */
export interface Failure {
  readonly what: string;
  readonly why: string;
}

/** With its cause: that a `fetch` failed says nothing without it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
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
      const failure = { what, why: reasonOf(error) };
      this.#all.push(failure);
      this.#report(failure);
      return undefined;
    }
  }
}

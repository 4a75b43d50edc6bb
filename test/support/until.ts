import { setTimeout as delay } from 'node:timers/promises';

/** Limits of one wait. */
export interface UntilOptions {
  /** Default 10,000 ms. */
  readonly timeoutMs?: number;
  /** Default 10 ms. */
  readonly pollMs?: number;
  /** What is waited for, for the error message. */
  readonly what?: string;
}

/**
 * Polls until `condition` answers something truthy, and answers that. A condition that throws counts as "not yet";
 * its last error is the cause of the timeout error.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<NonNullable<T>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) {
      throw new Error(`not ${options.what ?? 'true'} within ${timeoutMs} ms`, { cause });
    }
    await delay(options.pollMs ?? 10);
  }
}

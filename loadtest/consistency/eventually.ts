import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Polls until `condition` holds; false when it does not within the limit. What it throws counts as "not yet". */
export async function eventually(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await condition().catch(() => false)) return true;
    if (performance.now() >= deadline) return false;
    await delay(POLL_MS);
  }
}

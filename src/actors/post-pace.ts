/** How long a post waits for others after the first of a window, milliseconds. */
const WINDOW_MS = 1;
/** So many commands are worth a post of their own, however close it comes behind another. */
const COMMANDS_WORTH_IT = 32;
/** So many commands of a window go at once while the thread has nothing to do: few buyers must not wait for company. */
const COMMANDS_AT_ONCE = 3;

/**
 * When what gathered for a shard's thread is posted. Each post wakes a thread, and what it carries is a flush to Redis of its own; at a
 * few thousand commands a second nearly every command would pay for both alone, and two cores be busy with that. So:
 *
 *     the first of a window      at once: an idle engine adds no delay
 *     the first few of a window  at once while the thread owes no answer
 *     enough for a flush         at once, which is always so at full speed
 *     any other                  at the end of the window
 */
export class PostPace {
  #windowEndsAt = Number.NEGATIVE_INFINITY;
  #inWindow = 0;

  /**
   * Milliseconds, at most `WINDOW_MS`, until the `gathered` commands should go; not above 0: now. `owed`: commands without an answer, the
   * gathered ones included. `now`: monotonic milliseconds.
   */
  waitMs(now: number, gathered: number, owed: number): number {
    if (gathered >= COMMANDS_WORTH_IT) return 0;
    if (gathered === owed && this.#inWindow < COMMANDS_AT_ONCE) return 0;
    return this.#windowEndsAt - now;
  }

  posted(now: number, commands: number): void {
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS;
      this.#inWindow = 0;
    }
    this.#inWindow += commands;
  }
}

/**
 * What happened, line by line. Its hash is kept always, because the same seed must give the same one; the lines only when
 * somebody wants to read them, the newest ones of a bounded number otherwise.
 */
export class Trace {
  #hash = 0x811c9dc5;
  readonly #now: () => number;
  readonly #print: ((line: string) => void) | undefined;

  constructor(now: () => number, print?: (line: string) => void) {
    this.#now = now;
    this.#print = print;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** `mark`: `!` for a fault, `✗` for a broken rule. */
  tell(who: string, what: string, mark = ' '): void {
    const time = this.#now();
    this.#mix(`${time.toFixed(3)} ${who} ${what}`);
    this.#print?.(`${time.toFixed(1).padStart(9)} ${mark} ${who.padEnd(10)} ${what}`);
  }

  #mix(text: string): void {
    let hash = this.#hash;
    for (let index = 0; index < text.length; index += 1)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    this.#hash = hash;
  }
}

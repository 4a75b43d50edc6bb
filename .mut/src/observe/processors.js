import { closeSync, openSync, readSync } from 'node:fs';
/** Words of the first line of `/proc/stat` that count time nobody used: idle and waiting for I/O. */
const IDLE_WORD = 4;
const IOWAIT_WORD = 5;
/** The first line adds up all processors; the kernel writes it first. */
const FIRST_LINE_BYTES = 256;
/**
 * Busy share of all processors of the machine together, 0 … 1, since the last call; 0 at first and where the kernel does
 * not tell (not Linux).
 */
export class ProcessorMeter {
    #buffer = Buffer.alloc(FIRST_LINE_BYTES);
    #total = 0;
    #idle = 0;
    read() {
        const words = this.#firstLine().split(/\s+/);
        const ticks = words.slice(1, 9).map(Number);
        const total = ticks.reduce((sum, value) => sum + value, 0);
        const idle = (ticks[IDLE_WORD - 1] ?? 0) + (ticks[IOWAIT_WORD - 1] ?? 0);
        const elapsed = total - this.#total;
        const unused = idle - this.#idle;
        const isFirst = this.#total === 0;
        this.#total = total;
        this.#idle = idle;
        return isFirst || !(elapsed > 0) ? 0 : Math.min(1, Math.max(0, 1 - unused / elapsed));
    }
    #firstLine() {
        let file;
        try {
            file = openSync('/proc/stat', 'r');
        }
        catch {
            return '';
        }
        try {
            const length = readSync(file, this.#buffer);
            return this.#buffer.toString('latin1', 0, length).split('\n', 1)[0] ?? '';
        }
        finally {
            closeSync(file);
        }
    }
}
//# sourceMappingURL=processors.js.map
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const ROUNDS_MAX = 20;
/** Keeps the logs of rounds that broke something: their stacks are removed, and a second look needs them. */
export class Evidence {
    #directory;
    #rounds = 0;
    /** Answers where the logs are now; undefined once there are enough. */
    keep(stack, name) {
        if (this.#rounds >= ROUNDS_MAX)
            return undefined;
        this.#rounds += 1;
        this.#directory ??= mkdtempSync(join(tmpdir(), 'holdfast-faults-broken-'));
        const target = join(this.#directory, name);
        mkdirSync(target, { recursive: true });
        for (const folder of [stack.directory, join(stack.directory, 'redis')]) {
            if (!existsSync(folder))
                continue;
            for (const file of readdirSync(folder)) {
                if (file.endsWith('.log'))
                    copyFileSync(join(folder, file), join(target, file));
            }
        }
        return target;
    }
}
//# sourceMappingURL=evidence.js.map
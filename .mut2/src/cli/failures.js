import { UsageError } from './arguments.js';
import { UnexpectedAnswer } from './engine-api.js';
import { EngineUnreachable } from './http-client.js';
import { OrderFileError } from './replay/order-file.js';
const EXIT_NOT_RUN = 2;
const EXPLAINED = [UsageError, OrderFileError, EngineUnreachable, UnexpectedAnswer];
/** Runs a command; what the user can do something about becomes one sentence, anything else is ours and keeps its stack. */
export async function runCommand(main) {
    try {
        process.exitCode = await main();
    }
    catch (error) {
        if (!EXPLAINED.some((known) => error instanceof known))
            throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = EXIT_NOT_RUN;
    }
}
//# sourceMappingURL=failures.js.map
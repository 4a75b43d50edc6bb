import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig } from './config.js';
import { startEngine } from './engine/engine.js';
import { createLogger } from './observe/logger.js';
/** Exit codes: 0 after a drain, 1 for anything unexpected, 2 for what must be mended outside before another start helps. */
const EXIT_FAILURE = 1;
const EXIT_REFUSED = 2;
/** What a drain may take beyond DRAIN_MS before the process ends all the same. */
const DRAIN_GRACE_MS = 2000;
const version = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
function readConfig() {
    try {
        return loadConfig(process.env);
    }
    catch (error) {
        if (!(error instanceof ConfigError))
            throw error;
        process.stderr.write(`${error.message}\n`);
        process.exit(EXIT_REFUSED);
    }
}
const REFUSALS = new Set(['StoreRefused', 'DeploymentRefused', 'SchemaRefused', 'PortTakenError']);
async function run() {
    const config = readConfig();
    const logger = createLogger(config.LOG_LEVEL);
    let engine;
    let leaving = false;
    const leave = (signal, exitCode = 0) => {
        if (leaving)
            return;
        leaving = true;
        logger.info({ signal }, 'Leaving');
        const timer = setTimeout(() => {
            logger.error({ milliseconds: config.DRAIN_MS }, 'The drain took longer than DRAIN_MS; ending all the same');
            process.exit(EXIT_FAILURE);
        }, config.DRAIN_MS + DRAIN_GRACE_MS);
        timer.unref();
        void (engine === undefined ? Promise.resolve() : engine.stop()).then(() => process.exit(exitCode), (error) => crash(logger, error, engine));
    };
    process.on('SIGTERM', () => leave('SIGTERM'));
    process.on('SIGINT', () => leave('SIGINT'));
    process.on('uncaughtException', (error) => crash(logger, error, engine));
    process.on('unhandledRejection', (error) => crash(logger, error, engine));
    try {
        engine = await startEngine(config, logger, version);
    }
    catch (error) {
        if (!(error instanceof Error && REFUSALS.has(error.name)))
            throw error;
        process.stderr.write(`${error.message}\n`);
        logger.fatal({ reason: error.message }, 'Not started');
        process.exitCode = EXIT_REFUSED;
        process.exit();
    }
    if (leaving)
        return;
    const { storefrontUrl, operationsUrl } = engine;
    void engine.superseded.then(() => {
        logger.fatal({}, 'Redis was recovered and another epoch has begun; ending, to be started anew');
        leave('SIGTERM', EXIT_FAILURE);
    });
    process.send?.({ kind: 'ready', storefrontUrl, operationsUrl });
}
/**
 * An engine that is in a state nobody foresaw must not go on answering. The listening sockets are closed first: uWebSockets.js
 * ends a process hard when it exits with an app open. Whoever supervises starts the next one; Redis has all that counts.
 */
function crash(logger, error, engine) {
    logger.fatal({ error }, 'Unexpected error; ending');
    try {
        engine?.abandon();
    }
    finally {
        process.exit(EXIT_FAILURE);
    }
}
void run();
//# sourceMappingURL=main.js.map
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config.js';
import { engineLog } from '../services/engine-log.js';
import { startLocalServices } from '../services/local.js';
import { isPortFree } from '../services/ports.js';
import { endRecorded } from '../services/process-identity.js';
import { superviseEngine } from '../services/supervisor.js';
import { ensureSku, welcomeText } from '../services/welcome.js';
const HELP = `Usage: npm start [-- --fresh --directory PATH]

Starts Redis, Postgres and the engine on this machine, with a sample SKU when there is none.

  --fresh            remove the data of earlier starts first
  --directory PATH   where data and logs are kept (default .holdfast in the checkout)
  --help             this text

REDIS_URL and DATABASE_URL use stores that run already. PORT and ADMIN_PORT move the listeners. The README lists every
setting. Ctrl-C stops everything; the data stays for the next start.
`;
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** npm passes Ctrl-C on, and the terminal sends it too: what comes this soon after the first is the same key press. */
const SAME_PRESS_MS = 500;
function note(line) {
    process.stderr.write(`${line}\n`);
}
/** Calls `first` for the first signal and `again` for every later one. */
function onInterrupt(first, again) {
    let firstAt;
    const handle = () => {
        const now = performance.now();
        if (firstAt === undefined) {
            firstAt = now;
            first();
        }
        else if (now - firstAt > SAME_PRESS_MS)
            again();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
        process.on(signal, handle);
}
async function refuseTakenPorts(config) {
    const listeners = [
        ['PORT', config.HOST, config.PORT],
        ['ADMIN_PORT', config.ADMIN_HOST, config.ADMIN_PORT],
    ];
    for (const [setting, host, port] of listeners) {
        if (port === 0 || (await isPortFree(port, host)))
            continue;
        throw new Error(`Port ${port} is taken by another program: stop that, or choose another port with ${setting}=${port + 1} npm start.`);
    }
}
async function welcome(urls, config) {
    const signed = config.AUTH === 'on';
    try {
        const sku = await ensureSku(urls.operationsUrl, signed ? config.ADMIN_TOKEN : undefined);
        process.stdout.write(`${welcomeText(urls, sku, signed)}\n`);
    }
    catch (error) {
        note(`The engine runs at ${urls.storefrontUrl}, but the sample SKU could not be set up: ${String(error)}`);
    }
}
/** Which process the engine is, so that the next start can end one that outlived a killed `npm start`. */
function identityFile(directory) {
    return join(directory, 'engine.process.json');
}
function supervise(services, config, environment, directory) {
    const logFile = join(directory, 'engine.log');
    const log = engineLog(logFile, note);
    let welcomed = false;
    const supervisor = superviseEngine({
        main: MAIN,
        identityFile: identityFile(directory),
        environment: {
            ...environment,
            REDIS_URL: services.redisUrl,
            REDIS_ADMIN_URL: services.redisAdminUrl || (environment.REDIS_ADMIN_URL ?? ''),
            DATABASE_URL: services.databaseUrl,
        },
        log,
        drainMs: config.DRAIN_MS,
        note,
        onReady: (urls) => {
            if (welcomed)
                return note('The engine is back.');
            welcomed = true;
            void welcome(urls, config);
        },
    });
    const finished = supervisor.finished.then(async (code) => {
        await log.close();
        if (code !== 0)
            note(`Its log is ${logFile}.`);
        return code;
    });
    return { ...supervisor, finished };
}
async function start(directory, fresh) {
    // A person who tries it out on their own machine has no keys yet; the settings refuse this beyond loopback.
    const environment = { ...process.env, AUTH: process.env.AUTH ?? 'off' };
    const config = loadConfig(environment);
    let supervisor;
    let interrupted = false;
    onInterrupt(() => {
        interrupted = true;
        note('\nStopping…');
        supervisor?.stop();
    }, () => {
        supervisor?.kill();
    });
    const services = await startLocalServices({
        directory,
        fresh,
        beforeStart: async () => {
            await endRecorded(identityFile(directory), config.DRAIN_MS);
            await refuseTakenPorts(config);
        },
        redisUrl: environment.REDIS_URL,
        databaseUrl: environment.DATABASE_URL,
        note,
    });
    try {
        if (interrupted)
            return 0;
        supervisor = supervise(services, config, environment, directory);
        return await supervisor.finished;
    }
    finally {
        await services.stop();
    }
}
try {
    const { values } = parseArgs({
        options: {
            directory: { type: 'string', default: join(ROOT, '.holdfast') },
            fresh: { type: 'boolean', default: false },
            help: { type: 'boolean', short: 'h', default: false },
        },
    });
    if (values.help)
        process.stdout.write(HELP);
    else
        process.exitCode = await start(resolve(values.directory), values.fresh);
}
catch (error) {
    note(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
}
//# sourceMappingURL=start.js.map
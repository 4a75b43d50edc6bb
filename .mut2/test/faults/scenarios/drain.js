/** SIGTERM while everything is busy: what was accepted is answered, and the engine leaves with exit code 0 within `DRAIN_MS`. */
export const DRAIN = {
    name: 'engine-terminated',
    title: 'SIGTERM to the engine at full load, then its next start',
    strike: async (round) => {
        const { engine } = round.stack;
        const { lives } = engine;
        const before = round.load.counts();
        const begin = performance.now();
        round.fault();
        const code = await engine.terminate();
        round.figure('drain ms', performance.now() - begin);
        if (code !== 0)
            round.broken('the engine did not leave with exit code 0 in time');
        const cutOff = round.load.counts().cutOff - before.cutOff;
        if (cutOff > 0)
            round.broken(`${cutOff} requests were cut off by the drain`);
        round.mended();
        engine.start();
        await engine.ready(lives + 1);
    },
};
//# sourceMappingURL=drain.js.map
import cliProgress from 'cli-progress';
const NAME_WIDTH = 22;
/** A bar where somebody looks at a terminal, a line per stage and per quarter of it elsewhere, nothing when `quiet`. */
export function createProgress(stream, quiet = false) {
    if (quiet)
        return { stage: () => { }, step: () => { }, stop: () => { } };
    return stream.isTTY ? bar(stream) : lines(stream);
}
function bar(stream) {
    let current;
    const stop = () => {
        current?.stop();
        current = undefined;
    };
    return {
        stage(name, total) {
            stop();
            current = new cliProgress.SingleBar({
                format: `${name.padEnd(NAME_WIDTH)} {bar} {value}/{total}  {duration_formatted}`,
                barCompleteChar: '█',
                barIncompleteChar: '░',
                barsize: 32,
                hideCursor: true,
                stream,
            });
            current.start(total, 0);
        },
        step: () => current?.increment(),
        stop,
    };
}
function lines(stream) {
    let name = '';
    let total = 0;
    let done = 0;
    return {
        stage(nextName, nextTotal) {
            [name, total, done] = [nextName, nextTotal, 0];
            stream.write(`${name}: ${total}\n`);
        },
        step() {
            const quarterBefore = Math.floor((done * 4) / total);
            done += 1;
            const quarter = Math.floor((done * 4) / total);
            if (quarter > quarterBefore && quarter < 4)
                stream.write(`${name}: ${done} of ${total}\n`);
        },
        stop: () => { },
    };
}
//# sourceMappingURL=progress.js.map
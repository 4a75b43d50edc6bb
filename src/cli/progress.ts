import cliProgress from 'cli-progress';

/** What a long command shows while it works. Everything goes to stderr: stdout is for the result. */
export interface Progress {
  /** Begins a stage of `total` steps, ending the one before. */
  stage(name: string, total: number): void;
  /** One step more. */
  step(): void;
  stop(): void;
}

const NAME_WIDTH = 22;

/** A bar where somebody looks at a terminal, a line per stage and per quarter of it elsewhere, nothing when `quiet`. */
export function createProgress(stream: NodeJS.WriteStream, quiet = false): Progress {
  if (quiet) return { stage: () => {}, step: () => {}, stop: () => {} };
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): Progress {
  let current: cliProgress.SingleBar | undefined;
  const stop = (): void => {
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

function lines(stream: NodeJS.WritableStream): Progress {
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
      if (quarter > quarterBefore && quarter < 4) stream.write(`${name}: ${done} of ${total}\n`);
    },
    stop: () => {},
  };
}

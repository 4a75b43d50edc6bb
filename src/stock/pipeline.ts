import { Command, type Redis } from 'ioredis';

/** What came back for one call: Redis' answer, or why there is none. */
export type RawReply = Buffer | Error;

/** Where ioredis would write each request; it stays empty, because all of them are written at once. */
const NOTHING = '';

/** A call in ioredis' queue of expected replies, whose request somebody else writes. */
class ExpectedReply extends Command {
  constructor() {
    super('fcall', [], { replyEncoding: null });
  }

  override toWritable(): string {
    return NOTHING;
  }
}

/**
 * Sends `requests`, which hold `count` commands, in one write, and answers their replies in order. Never rejects. ioredis
 * keeps what it is good at: matching replies, timeouts, connections that break.
 */
export async function sendRequests(
  redis: Redis,
  requests: Buffer,
  count: number,
): Promise<readonly RawReply[]> {
  return await new Promise((resolve) => {
    const replies = new Array<RawReply>(count);
    let expected = count;
    let accepted = 0;
    const sink = {
      isPipeline: true as const,
      destination: { redis },
      write: () => {
        accepted += 1;
      },
    };
    for (let index = 0; index < count; index += 1) {
      const command = new ExpectedReply();
      const settle = (reply: RawReply): void => {
        replies[index] = reply;
        expected -= 1;
        if (expected === 0) resolve(replies);
      };
      (command.promise as Promise<Buffer>).then(settle, settle);
      redis.sendCommand(command, sink);
    }
    // A connection takes all of what is sent in one turn or, not being ready, none. Were it otherwise, replies would go to
    // the wrong calls: then it begins anew, and all of these are lost.
    if (accepted === count) redis.stream.write(requests);
    else if (accepted > 0) redis.disconnect(true);
  });
}

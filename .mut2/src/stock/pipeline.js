import { Command } from 'ioredis';
/** Where ioredis would write each request; it stays empty, because all of them are written at once. */
const NOTHING = '';
/** A call in ioredis' queue of expected replies, whose request somebody else writes. */
class ExpectedReply extends Command {
    constructor() {
        super('fcall', [], { replyEncoding: null });
    }
    toWritable() {
        return NOTHING;
    }
}
/**
 * Sends `requests`, which hold `count` commands, in one write, and answers their replies in order. Never rejects. ioredis
 * keeps what it is good at: matching replies, timeouts, connections that break.
 */
export async function sendRequests(redis, requests, count) {
    return await new Promise((resolve) => {
        const replies = new Array(count);
        let expected = count;
        let accepted = 0;
        const sink = {
            isPipeline: true,
            destination: { redis },
            write: () => {
                accepted += 1;
            },
        };
        for (let index = 0; index < count; index += 1) {
            const command = new ExpectedReply();
            const settle = (reply) => {
                replies[index] = reply;
                expected -= 1;
                if (expected === 0)
                    resolve(replies);
            };
            command.promise.then(settle, settle);
            redis.sendCommand(command, sink);
        }
        // A connection takes all of what is sent in one turn or, not being ready, none. Were it otherwise, replies would go to
        // the wrong calls: then it begins anew, and all of these are lost.
        if (accepted === count)
            redis.stream.write(requests);
        else if (accepted > 0)
            redis.disconnect(true);
    });
}
//# sourceMappingURL=pipeline.js.map
import t from 'tap';
import { Mailbox } from '../../src/actors/mailbox.js';

const LIMITS = { commandsMax: 1000, waitMsMax: 500 };

t.test('bounds the commands that wait', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  t.equal(mailbox.overload({ commands: 999, flushingMs: 0 }, false), undefined);
  t.match(mailbox.overload({ commands: 1000, flushingMs: 0 }, false), {
    cause: 'commands',
    retryAfterSeconds: 1,
  });
  t.equal(mailbox.overload({ commands: 1999, flushingMs: 0 }, true), undefined, 'confirms have more room');
  t.match(mailbox.overload({ commands: 2000, flushingMs: 0 }, true), { cause: 'commands' });
});

t.test('bounds the estimated wait: backlog by drain rate', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(500, 500);
  t.equal(mailbox.estimatedWaitMs({ commands: 400, flushingMs: 0 }), 400);
  t.equal(mailbox.overload({ commands: 500, flushingMs: 0 }, false), undefined);
  t.match(mailbox.overload({ commands: 501, flushingMs: 0 }, false), { cause: 'wait', retryAfterSeconds: 1 });
  t.equal(mailbox.overload({ commands: 900, flushingMs: 0 }, true), undefined);
});

t.test('a stalled flush is a wait', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  t.match(mailbox.overload({ commands: 1, flushingMs: 501 }, false), { cause: 'wait' });
  t.match(mailbox.overload({ commands: 1, flushingMs: 4200 }, true), { retryAfterSeconds: 5 });
  t.match(mailbox.overload({ commands: 1, flushingMs: 999_000 }, true), { retryAfterSeconds: 30 });
});

t.test('small flushes of a quiet time do not make a burst look like an overload', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(1, 5);
  t.equal(mailbox.estimatedWaitMs({ commands: 900, flushingMs: 0 }), 0, 'not measured yet');
  mailbox.drained(2000, 40);
  for (let round = 0; round < 100; round += 1) mailbox.drained(1, 2);
  t.equal(mailbox.estimatedWaitMs({ commands: 900, flushingMs: 0 }), 18);
});

t.test('the rate falls when full flushes become slow, and rises at once', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(1000, 10);
  for (let round = 0; round < 60; round += 1) mailbox.drained(300, 300);
  t.ok(mailbox.estimatedWaitMs({ commands: 100, flushingMs: 0 }) > 95);
  mailbox.drained(1000, 10);
  t.equal(mailbox.estimatedWaitMs({ commands: 100, flushingMs: 0 }), 1);
});

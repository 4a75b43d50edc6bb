import t from 'tap';
import { Mailbox } from '../../src/actors/mailbox.js';

const LIMITS = { commandsMax: 1000, waitMsMax: 500 };

t.test('bounds the commands that wait', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  t.equal(mailbox.overload(999, false), undefined);
  t.match(mailbox.overload(1000, false), {
    cause: 'commands',
    retryAfterSeconds: 1,
  });
  t.equal(mailbox.overload(1999, true), undefined, 'confirms have more room');
  t.match(mailbox.overload(2000, true), { cause: 'commands' });
});

t.test('bounds the estimated wait: backlog by drain rate', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(500, 500);
  t.equal(mailbox.estimatedWaitMs(400), 400);
  t.equal(mailbox.overload(500, false), undefined);
  t.match(mailbox.overload(501, false), { cause: 'wait', retryAfterSeconds: 1 });
  t.equal(mailbox.overload(900, true), undefined);
});

t.test('tells how near it is to refusing, by whichever bound is nearer', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  t.equal(mailbox.fill(250), 0.25, 'by count, while the rate is not measured');
  mailbox.drained(500, 500);
  t.equal(mailbox.fill(250), 0.5, 'by wait: 250 ms of 500');
  t.ok(mailbox.fill(501) > 1 && mailbox.overload(501, false) !== undefined);
});

t.test('says when to try again: when the backlog is done, within reason', async (t) => {
  const mailbox = new Mailbox({ commandsMax: 1_000_000, waitMsMax: 500 });
  mailbox.drained(500, 500);
  t.match(mailbox.overload(4200, true), { retryAfterSeconds: 5 });
  t.match(mailbox.overload(900_000, true), { retryAfterSeconds: 30 });
});

t.test('small flushes of a quiet time do not make a burst look like an overload', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(1, 5);
  t.equal(mailbox.estimatedWaitMs(900), 0, 'not measured yet');
  mailbox.drained(2000, 40);
  for (let round = 0; round < 100; round += 1) mailbox.drained(1, 2);
  t.equal(mailbox.estimatedWaitMs(900), 18);
});

t.test('the rate falls when full flushes become slow, and rises at once', async (t) => {
  const mailbox = new Mailbox(LIMITS);
  mailbox.drained(1000, 10);
  for (let round = 0; round < 60; round += 1) mailbox.drained(300, 300);
  t.ok(mailbox.estimatedWaitMs(100) > 95);
  mailbox.drained(1000, 10);
  t.equal(mailbox.estimatedWaitMs(100), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Settled } from '../src/settled';

/** Questions that are answered when they are told to be. */
function manual() {
  const asked: { signal: AbortSignal; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const taken: string[] = [];
  const settled = new Settled<string>(
    (signal) =>
      new Promise((resolve, reject) => {
        asked.push({ signal, answer: resolve, fail: reject });
      }),
    (text) => {
      taken.push(text);
    },
  );
  return { asked, taken, settled };
}

/** Lets everything run that can run now. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('many edits are one question, asked when they have ended', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, taken, settled } = manual();
  for (let edit = 0; edit < 5; edit += 1) {
    settled.in(350);
    context.mock.timers.tick(349);
  }
  assert.equal(asked.length, 0);
  context.mock.timers.tick(1);
  assert.equal(asked.length, 1);
  asked[0]?.answer('one');
  await settle();
  assert.deepEqual(taken, ['one']);
});

test('an edit ends the question before it, and its answer is not taken', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, taken, settled } = manual();
  settled.in(0);
  context.mock.timers.tick(0);
  settled.in(0);
  assert.equal(asked[0]?.signal.aborted, true);
  context.mock.timers.tick(0);
  asked[1]?.answer('new');
  asked[0].answer('old');
  await settle();
  assert.deepEqual(taken, ['new']);
});

test('after a stop nothing is asked and nothing taken; a failure offers nothing', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, taken, settled } = manual();
  settled.in(10);
  settled.stop();
  context.mock.timers.tick(100);
  assert.equal(asked.length, 0);
  settled.in(0);
  context.mock.timers.tick(0);
  settled.stop();
  asked[0]?.answer('late');
  settled.in(0);
  context.mock.timers.tick(0);
  asked[1]?.fail(new Error('no server'));
  await settle();
  assert.deepEqual(taken, []);
});

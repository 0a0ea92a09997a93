import { afterEach, expect, test, vi } from 'vitest';

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

afterEach(() => {
  vi.useRealTimers();
});

test('many edits are one question, asked when they have ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { asked, taken, settled } = manual();
  for (let edit = 0; edit < 5; edit += 1) {
    settled.in(350);
    vi.advanceTimersByTime(349);
  }
  expect(asked.length).toBe(0);
  vi.advanceTimersByTime(1);
  expect(asked.length).toBe(1);
  asked[0]?.answer('one');
  await settle();
  expect(taken).toStrictEqual(['one']);
});

test('an edit ends the question before it, and its answer is not taken', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { asked, taken, settled } = manual();
  settled.in(0);
  vi.advanceTimersByTime(0);
  settled.in(0);
  expect(asked[0]?.signal.aborted).toBe(true);
  vi.advanceTimersByTime(0);
  asked[1]?.answer('new');
  asked[0]?.answer('old');
  await settle();
  expect(taken).toStrictEqual(['new']);
});

test('after a stop nothing is asked and nothing taken; a failure offers nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { asked, taken, settled } = manual();
  settled.in(10);
  settled.stop();
  vi.advanceTimersByTime(100);
  expect(asked.length).toBe(0);
  settled.in(0);
  vi.advanceTimersByTime(0);
  settled.stop();
  asked[0]?.answer('late');
  settled.in(0);
  vi.advanceTimersByTime(0);
  asked[1]?.fail(new Error('no server'));
  await settle();
  expect(taken).toStrictEqual([]);
});

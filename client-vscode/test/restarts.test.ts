import { expect, test } from 'vitest';

import { Restarts } from '../src/restarts';

/** A restart that ends when it is told to. */
function manual() {
  const ends: ((error?: Error) => void)[] = [];
  const restarts = new Restarts(
    () =>
      new Promise((resolve, reject) => {
        ends.push((error) => {
          if (error === undefined) {
            resolve();
          } else {
            reject(error);
          }
        });
      }),
  );
  return { ends, restarts };
}

/** Lets everything run that can run now. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('however many ask during a restart, one more follows', async () => {
  const { ends, restarts } = manual();
  const first = restarts.request();
  const others = [restarts.request(), restarts.request(), restarts.request()];
  await settle();
  expect(ends.length).toBe(1);
  ends[0]?.();
  await first;
  await settle();
  expect(ends.length).toBe(2);
  ends[1]?.();
  await Promise.all(others);
  await settle();
  expect(ends.length).toBe(2);
});

test('who asks during the queued restart gets another', async () => {
  const { ends, restarts } = manual();
  void restarts.request();
  const second = restarts.request();
  ends[0]?.();
  await settle();
  const third = restarts.request();
  ends[1]?.();
  await second;
  await settle();
  expect(ends.length).toBe(3);
  ends[2]?.();
  await third;
});

test('a restart that fails is told to those who asked for it, and the next one runs', async () => {
  const { ends, restarts } = manual();
  const first = restarts.request();
  const second = restarts.request();
  ends[0]?.(new Error('no'));
  await expect(first).rejects.toThrow(/no/);
  await settle();
  ends[1]?.();
  await second;
  const third = restarts.request();
  ends[2]?.();
  await third;
});

test('settled is when none runs or waits', async () => {
  const { ends, restarts } = manual();
  await restarts.settled();
  const first = restarts.request();
  const second = restarts.request();
  let settled = false;
  const waiting = restarts.settled().then(() => (settled = true));
  ends[0]?.();
  await first;
  await settle();
  expect(settled).toBe(false);
  ends[1]?.(new Error('no'));
  await expect(second).rejects.toThrow();
  await waiting;
});

import { afterEach, expect, test, vi } from 'vitest';

import { Deaths, isTooOld } from '../src/health';
import { Snooze } from '../src/snooze';

const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

test('a server that dies now and then is started again, one that keeps dying is not', () => {
  const deaths = new Deaths();
  expect([0, 1, 2, 3].map((at) => deaths.again(at * 1000))).toStrictEqual([true, true, true, false]);
  expect(deaths.again(4 * MINUTE)).toBe(true);
  const rare = new Deaths();
  expect([0, 2, 4, 6, 8, 10].map((at) => rare.again(at * MINUTE))).toStrictEqual([
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
});

test('a restart by the user is a new beginning', () => {
  const deaths = new Deaths();
  [1, 2, 3, 4].forEach((at) => deaths.again(at));
  deaths.forget();
  expect(deaths.again(5)).toBe(true);
});

test('versions are compared by their numbers', () => {
  for (const old of ['0.1.9', '0.0.12', '0.2', '0.2.9.dev1']) {
    expect(isTooOld(old, '0.2.10'), old).toBe(true);
  }
  for (const fine of ['0.2.10', '0.10.0', '1.0', '0.2.10rc1', 'unknown', '', undefined]) {
    expect(isTooOld(fine, '0.2.10'), fine).toBe(false);
  }
});

test('a snooze ends by itself, or when it is told to', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  let changes = 0;
  const snooze = new Snooze(() => (changes += 1));
  expect(snooze.left).toBe(0);
  snooze.begin(5);
  expect(snooze.left).toBe(5 * MINUTE);
  vi.advanceTimersByTime(4 * MINUTE);
  snooze.begin(5);
  vi.advanceTimersByTime(4 * MINUTE);
  expect(snooze.left).toBe(MINUTE);
  vi.advanceTimersByTime(MINUTE);
  expect([snooze.left, changes]).toStrictEqual([0, 3]);
  snooze.begin(5);
  snooze.end();
  snooze.end();
  expect([snooze.left, changes]).toStrictEqual([0, 5]);
});

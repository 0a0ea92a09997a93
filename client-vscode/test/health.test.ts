import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Deaths, isTooOld } from '../src/health';
import { Snooze } from '../src/snooze';

const MINUTE = 60_000;

test('a server that dies now and then is started again, one that keeps dying is not', () => {
  const deaths = new Deaths();
  assert.deepEqual(
    [0, 1, 2, 3].map((at) => deaths.again(at * 1000)),
    [true, true, true, false],
  );
  assert.equal(deaths.again(4 * MINUTE), true);
  const rare = new Deaths();
  assert.deepEqual(
    [0, 2, 4, 6, 8, 10].map((at) => rare.again(at * MINUTE)),
    [true, true, true, true, true, true],
  );
});

test('a restart by the user is a new beginning', () => {
  const deaths = new Deaths();
  [1, 2, 3, 4].forEach((at) => deaths.again(at));
  deaths.forget();
  assert.equal(deaths.again(5), true);
});

test('versions are compared by their numbers', () => {
  for (const old of ['0.1.9', '0.0.12', '0.2', '0.2.9.dev1']) {
    assert.equal(isTooOld(old, '0.2.10'), true, old);
  }
  for (const fine of ['0.2.10', '0.10.0', '1.0', '0.2.10rc1', 'unknown', '', undefined]) {
    assert.equal(isTooOld(fine, '0.2.10'), false, fine);
  }
});

test('a snooze ends by itself, or when it is told to', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  let changes = 0;
  const snooze = new Snooze(() => (changes += 1));
  assert.equal(snooze.left, 0);
  snooze.begin(5);
  assert.equal(snooze.left, 5 * MINUTE);
  context.mock.timers.tick(4 * MINUTE);
  snooze.begin(5);
  context.mock.timers.tick(4 * MINUTE);
  assert.equal(snooze.left, MINUTE);
  context.mock.timers.tick(MINUTE);
  assert.deepEqual([snooze.left, changes], [0, 3]);
  snooze.begin(5);
  snooze.end();
  snooze.end();
  assert.deepEqual([snooze.left, changes], [0, 5]);
});

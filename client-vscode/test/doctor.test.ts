import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findingsOf } from '../src/overview/doctor';

test('what the program prints is read, and what it should not print is refused', () => {
  const finding = { section: 'Machine', level: 'ok', text: '2 cores', hint: '', fix: null };
  assert.deepEqual(findingsOf(JSON.stringify({ ok: true, findings: [finding] })).findings, [finding]);
  for (const text of ['Traceback', 'null', '{}', '{"findings": 1}']) {
    assert.throws(() => findingsOf(text));
  }
});

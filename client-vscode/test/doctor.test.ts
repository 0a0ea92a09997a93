import { expect, test } from 'vitest';

import { findingsOf } from '../src/overview/doctor';

test('what the program prints is read, and what it should not print is refused', () => {
  const finding = { section: 'Machine', level: 'ok', text: '2 cores', hint: '', fix: null };
  expect(findingsOf(JSON.stringify({ ok: true, findings: [finding] })).findings).toStrictEqual([finding]);
  for (const text of ['Traceback', 'null', '{}', '{"findings": 1}']) {
    expect(() => findingsOf(text)).toThrow();
  }
});

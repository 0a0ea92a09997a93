import { expect, test } from 'vitest';

import type { CompletionWhyResult } from '../src/protocol';
import { whyReport } from '../src/telling';

const WHY: CompletionWhyResult = {
  prefixChars: 100,
  suffixChars: 20,
  snippets: [
    {
      path: 'shop/cart.py',
      start: 3,
      end: 5,
      source: 'definition',
      why: 'Defines *Cart*.',
      score: 1,
      tokens: 12,
      shown: true,
      fate: 'shown',
      text: 'a = """\n```\n"""\n',
    },
    {
      path: 'b.py',
      start: 1,
      end: 2,
      source: 'similar',
      why: 'Like it.',
      score: 0.5,
      tokens: 9,
      shown: false,
      fate: 'no room',
      text: '',
    },
  ],
  leftOut: [{ line: 40, lines: 7, why: 'too far away' }],
  late: [],
  stages: [{ name: 'gather', milliseconds: 1.25 }],
};

test('what the model was shown stands with its reason, and cannot end its code block', () => {
  const report = whyReport(WHY, 'python');
  expect(report).toMatch(/20 after it, and one piece of other files/);
  expect(report).toMatch(/## `shop\/cart\.py`, lines 3–5\n\nDefines \\\*Cart\\\*\./);
  expect(report).toMatch(/\n````python\na = """\n```\n"""\n````\n/);
  expect(report).toMatch(/- `b\.py`, lines 1–2: no room/);
  expect(report).toMatch(/- 7 lines from line 40: too far away/);
  expect(report).toMatch(/\| step \| ms \|\n\|---\|--:\|\n\| gather \| 1\.3 \|/);
  expect(report).not.toMatch(/Not waited for/);
});

test('no suggestion yet', () => {
  expect(whyReport({ ...WHY, prefixChars: 0, suffixChars: 0 }, 'python')).toMatch(
    /no suggestion in this file yet/,
  );
});

import { expect, test } from 'vitest';

import { drawn, hint, landing, step } from '../src/following';
import type { NextEdit } from '../src/protocol';

const URI = 'file:///shop/cart.py';
const EDIT: NextEdit = {
  uri: URI,
  version: 7,
  range: { start: { line: 4, character: 11 }, end: { line: 4, character: 16 } },
  newText: 'amount',
  title: 'total → amount',
  left: 3,
};
const CURSOR = { uri: URI, version: 7, line: 1, before: '    amount' };

test('away from the place the key goes there, at the place it makes the edit', () => {
  expect(step(EDIT, CURSOR)).toBe('jump');
  expect(step(EDIT, { ...CURSOR, line: 4 })).toBe('apply');
  expect(step(EDIT, { ...CURSOR, line: 4, before: '    ' })).toBe('apply');
  expect(step(EDIT, { ...CURSOR, uri: 'file:///shop/other.py', version: 1, line: 4 })).toBe('jump');
});

test('an edit for another version is made nowhere', () => {
  expect(step(EDIT, { ...CURSOR, version: 8 })).toBe('nothing');
  expect(step(EDIT, { ...CURSOR, version: 8, line: 4 })).toBe('nothing');
  expect(step({ ...EDIT, version: null }, { ...CURSOR, line: 4 })).toBe('jump');
});

test('before the text of a line the key indents as ever', () => {
  expect(step(EDIT, { ...CURSOR, before: '' })).toBe('indent');
  expect(step(EDIT, { ...CURSOR, before: ' \t' })).toBe('indent');
});

test('a place out of sight is told by its line, in another file by its name too', () => {
  expect(hint(EDIT, URI)).toBe('⇥ Tab → line 5: total\u00a0→\u00a0amount');
  const spaced = { ...EDIT, uri: 'file:///shop/a%20till.py' };
  expect(hint(spaced, URI)).toBe('⇥ Tab → a till.py, line 5: total\u00a0→\u00a0amount');
});

test('what is drawn is one short line that keeps its spaces', () => {
  expect(drawn(', rate')).toBe(',\u00a0rate');
  expect(drawn('a\r\n\tb')).toBe(`a⏎${'\u00a0'.repeat(4)}b`);
  expect(drawn('x'.repeat(200))).toBe(`${'x'.repeat(79)}…`);
});

test('the cursor goes behind what was written, where the key goes on', () => {
  const at = (line: number, character: number, newText: string) => ({
    ...EDIT,
    range: { start: { line, character }, end: { line, character } },
    newText,
  });
  expect(landing(at(4, 11, 'amount'), '\n')).toBe(6);
  expect(landing(at(4, 11, 'amount, '), '\n')).toBe(8);
  expect(landing(at(4, 0, '    a\n    b\n\n'), '\n')).toBe(11);
  expect(landing(at(4, 0, '    a\n    b\n'), '\r\n')).toBe(12);
  expect(landing(at(4, 11, 'a:\n    '), '\n')).toBe(2);
  expect(landing(at(4, 11, ''), '\n')).toBe(0);
  expect(landing(at(4, 0, ''), '\n')).toBe('above');
  expect(landing(at(4, 0, '\n\n'), '\n')).toBe('above');
  expect(landing(at(0, 0, ''), '\n')).toBe(0);
});

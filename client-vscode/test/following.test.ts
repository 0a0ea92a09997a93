import assert from 'node:assert/strict';
import { test } from 'node:test';

import { difference, drawn, hint, step } from '../src/following';
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
  assert.equal(step(EDIT, CURSOR), 'jump');
  assert.equal(step(EDIT, { ...CURSOR, line: 4 }), 'apply');
  assert.equal(step(EDIT, { ...CURSOR, line: 4, before: '    ' }), 'apply');
  assert.equal(step(EDIT, { ...CURSOR, uri: 'file:///shop/other.py', version: 1, line: 4 }), 'jump');
});

test('an edit for another version is made nowhere', () => {
  assert.equal(step(EDIT, { ...CURSOR, version: 8 }), 'nothing');
  assert.equal(step(EDIT, { ...CURSOR, version: 8, line: 4 }), 'nothing');
  assert.equal(step({ ...EDIT, version: null }, { ...CURSOR, line: 4 }), 'jump');
});

test('before the text of a line the key indents as ever', () => {
  assert.equal(step(EDIT, { ...CURSOR, before: '' }), 'indent');
  assert.equal(step(EDIT, { ...CURSOR, before: ' \t' }), 'indent');
});

test('a place out of sight is told by its line, in another file by its name too', () => {
  assert.equal(hint(EDIT, URI), '⇥ Tab → line 5: total\u00a0→\u00a0amount');
  const spaced = { ...EDIT, uri: 'file:///shop/a%20till.py' };
  assert.equal(hint(spaced, URI), '⇥ Tab → a till.py, line 5: total\u00a0→\u00a0amount');
});

test('what is drawn is one short line that keeps its spaces', () => {
  assert.equal(drawn(', rate'), ',\u00a0rate');
  assert.equal(drawn('a\r\n\tb'), `a⏎${'\u00a0'.repeat(4)}b`);
  assert.equal(drawn('x'.repeat(200)), `${'x'.repeat(79)}…`);
});

test('only what differs goes and comes, by whole words', () => {
  assert.deepEqual(difference('total', 'total_sum'), { from: 0, to: 5, come: 'total_sum' });
  assert.deepEqual(difference('f(a, b)', 'f(a, rate, b)'), { from: 5, to: 5, come: 'rate, ' });
  assert.deepEqual(difference('f(a, b)', 'f(a)'), { from: 3, to: 6, come: '' });
  assert.deepEqual(difference('', ', 1'), { from: 0, to: 0, come: ', 1' });
  assert.deepEqual(difference('"😀" + größe', '"😀" + maß'), { from: 7, to: 12, come: 'maß' });
});

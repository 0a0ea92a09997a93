import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Growth } from '../src/growth';
import type { CompletionDeltaParams } from '../src/protocol';

const POSITION = { line: 2, character: 4 };
const PLACE = { uri: 'file:///a.py', version: 7, ...POSITION };

function delta(text: string, changes: Partial<CompletionDeltaParams> = {}): CompletionDeltaParams {
  const range = { start: POSITION, end: POSITION };
  return { uri: PLACE.uri, version: 7, position: POSITION, text, range, done: false, id: '1', ...changes };
}

test('the newest text of the place it was asked for', () => {
  const growth = new Growth();
  assert.equal(growth.at(PLACE), undefined);
  assert.equal(growth.take(delta('a')), 'first');
  assert.equal(growth.take(delta('a\nb')), 'more');
  assert.equal(growth.take(delta('a\nb', { done: true })), 'same');
  assert.equal(growth.at(PLACE)?.text, 'a\nb');
  assert.equal(growth.take(delta('c', { version: 8 })), 'first');
});

test('nowhere else, and not after an edit', () => {
  const growth = new Growth();
  growth.take(delta('a'));
  assert.equal(growth.at({ ...PLACE, version: 8 }), undefined);
  assert.equal(growth.at({ ...PLACE, line: 3 }), undefined);
  assert.equal(growth.at({ ...PLACE, character: 5 }), undefined);
  assert.equal(growth.at({ ...PLACE, uri: 'file:///b.py' }), undefined);
});

test('a closed document and an ended server are forgotten', () => {
  const growth = new Growth();
  growth.take(delta('a'));
  growth.take(delta('b', { uri: 'file:///b.py' }));
  growth.drop(PLACE.uri);
  assert.equal(growth.at(PLACE), undefined);
  assert.equal(growth.at({ ...PLACE, uri: 'file:///b.py' })?.text, 'b');
  growth.clear();
  assert.equal(growth.at({ ...PLACE, uri: 'file:///b.py' }), undefined);
});

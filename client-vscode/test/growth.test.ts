import { expect, test } from 'vitest';

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
  expect(growth.at(PLACE)).toBeUndefined();
  expect(growth.take(delta('a'))).toBe('first');
  expect(growth.take(delta('a\nb'))).toBe('more');
  expect(growth.take(delta('a\nb', { done: true }))).toBe('same');
  expect(growth.at(PLACE)?.text).toBe('a\nb');
  expect(growth.take(delta('c', { version: 8 }))).toBe('first');
});

test('nowhere else, and not after an edit', () => {
  const growth = new Growth();
  growth.take(delta('a'));
  expect(growth.at({ ...PLACE, version: 8 })).toBeUndefined();
  expect(growth.at({ ...PLACE, line: 3 })).toBeUndefined();
  expect(growth.at({ ...PLACE, character: 5 })).toBeUndefined();
  expect(growth.at({ ...PLACE, uri: 'file:///b.py' })).toBeUndefined();
});

test('a closed document and an ended server are forgotten', () => {
  const growth = new Growth();
  growth.take(delta('a'));
  growth.take(delta('b', { uri: 'file:///b.py' }));
  growth.drop(PLACE.uri);
  expect(growth.at(PLACE)).toBeUndefined();
  expect(growth.at({ ...PLACE, uri: 'file:///b.py' })?.text).toBe('b');
  growth.clear();
  expect(growth.at({ ...PLACE, uri: 'file:///b.py' })).toBeUndefined();
});

test('where somebody asked by hand nothing grows, until the text is another', () => {
  const growth = new Growth();
  growth.take(delta('a'));
  growth.byHand(PLACE);
  expect(growth.at(PLACE)).toBeUndefined();
  expect(growth.take(delta('a\nb'))).toBe('same');
  expect(growth.at(PLACE)).toBeUndefined();
  expect(growth.take(delta('c', { version: 8 }))).toBe('first');
  growth.byHand(PLACE);
  growth.drop(PLACE.uri);
  expect(growth.take(delta('d'))).toBe('first');
});

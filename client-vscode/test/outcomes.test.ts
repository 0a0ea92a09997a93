import { expect, test } from 'vitest';

import { Outcomes } from '../src/outcomes';
import type { CompletionFeedbackParams } from '../src/protocol';

const URI = 'file:///a.py';
const TEXT = 'sum(prices) / 2';

function begin(...texts: string[]) {
  const told: CompletionFeedbackParams[] = [];
  const outcomes = new Outcomes((outcome) => told.push(outcome));
  outcomes.offered(
    URI,
    10,
    texts.map((text, index) => ({ id: String(index + 1), text })),
  );
  const insert = (offset: number, text: string, byCommand = false) => {
    outcomes.changed(URI, [{ offset, length: 0, text }], byCommand);
  };
  return { outcomes, told, insert };
}

test('a word that comes in at once is accepted, and so is the next one', () => {
  const { told, insert } = begin(TEXT);
  insert(10, 'sum');
  insert(13, '(prices');
  insert(20, ') / 2');
  expect(told).toStrictEqual([
    { id: '1', outcome: 'accepted', acceptedLength: 3 },
    { id: '1', outcome: 'accepted', acceptedLength: 10 },
    { id: '1', outcome: 'accepted', acceptedLength: 0 },
  ]);
});

test('what is typed is not accepted, but one character is when our command put it in', () => {
  const { told, insert } = begin(TEXT);
  insert(10, 's');
  insert(11, 'u');
  expect(told).toStrictEqual([]);
  insert(12, 'm', true);
  expect(told).toStrictEqual([{ id: '1', outcome: 'accepted', acceptedLength: 3 }]);
});

test('of several suggestions it is the one that goes on like that', () => {
  const { told, insert } = begin('sum(', 'max(');
  insert(10, 'max');
  expect(told).toStrictEqual([{ id: '2', outcome: 'accepted', acceptedLength: 3 }]);
});

test('other text, another place, a deletion and several changes at once say nothing, and end it', () => {
  const changes = [
    [{ offset: 10, length: 0, text: 'min' }],
    [{ offset: 3, length: 0, text: 'sum' }],
    [{ offset: 9, length: 1, text: '' }],
    [
      { offset: 10, length: 0, text: 'sum' },
      { offset: 40, length: 0, text: 'sum' },
    ],
  ];
  for (const each of changes) {
    const { told, insert, outcomes } = begin(TEXT);
    outcomes.changed(URI, each, false);
    insert(10, 'sum');
    expect(told).toStrictEqual([]);
  }
});

test('a suggestion that is hidden by hand is rejected, unless a part of it was taken', () => {
  const one = begin(TEXT);
  one.outcomes.dismissed(URI);
  one.outcomes.dismissed(URI);
  expect(one.told).toStrictEqual([{ id: '1', outcome: 'rejected' }]);
  const two = begin(TEXT);
  two.insert(10, 'sum');
  two.outcomes.dismissed(URI);
  expect(two.told.length).toBe(1);
});

test('a cursor that goes elsewhere ignores it; one that stays does not', () => {
  const { told, outcomes } = begin(TEXT);
  outcomes.moved(URI, 10);
  outcomes.moved('file:///b.py', 2);
  expect(told).toStrictEqual([]);
  outcomes.moved(URI, 11);
  expect(told).toStrictEqual([{ id: '1', outcome: 'ignored' }]);
});

import { expect, test } from 'vitest';

import { type Hunk, hunkAt, hunksOf, withLineEnds } from '../src/hunks';

const OLD = 'one\ntwo\nthree\nfour\nfive\nsix\n';
const NEW = 'one\nTWO\nthree\nfour\nnew\nfive\n';

/** Both texts of a hunk. */
function texts(left: string, right: string, hunk: Hunk): [string, string] {
  return [left.slice(hunk.left.start, hunk.left.end), right.slice(hunk.right.start, hunk.right.end)];
}

test('lines that were changed, put in and taken out are found', () => {
  const hunks = hunksOf(OLD, NEW);
  expect(hunks.map((hunk) => texts(OLD, NEW, hunk))).toStrictEqual([
    ['two\n', 'TWO\n'],
    ['', 'new\n'],
    ['six\n', ''],
  ]);
  expect(hunks.map(({ left, right }) => [left.line, left.lines, right.line, right.lines])).toStrictEqual([
    [1, 1, 1, 1],
    [4, 0, 4, 1],
    [5, 1, 6, 0],
  ]);
});

test('all hunks together make the other text, whatever the texts', () => {
  const words = ['a', 'b', 'c', '\n', '\n', '\n\n'];
  // A small generator of our own, so that a failure comes again.
  let seed = 7;
  const next = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  const text = () => Array.from({ length: next(30) }, () => words[next(words.length)]).join('');
  for (let count = 0; count < 500; count += 1) {
    const [left, right] = [text(), text()];
    const made = hunksOf(left, right).reduceRight(
      (all, hunk) =>
        all.slice(0, hunk.left.start) +
        right.slice(hunk.right.start, hunk.right.end) +
        all.slice(hunk.left.end),
      left,
    );
    expect(made).toBe(right);
  }
});

test('equal texts have none', () => {
  expect(hunksOf(OLD, OLD)).toStrictEqual([]);
});

test('texts that have little in common are one hunk, soon', () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, line) => `${word} ${line}\n`).join('');
  const [left, right] = [lines('left'), lines('right')];
  expect(hunksOf(left, right).map((hunk) => texts(left, right, hunk))).toStrictEqual([[left, right]]);
});

test('the hunk at the cursor is found, or the next one, or the last', () => {
  const hunks = hunksOf(OLD, NEW);
  const at = (line: number, side: 'left' | 'right' = 'right') =>
    hunks.findIndex((hunk) => hunk === hunkAt(hunks, side, line));
  expect([0, 1, 2, 4, 5, 6, 9].map((line) => at(line))).toStrictEqual([0, 0, 1, 1, 2, 2, 2]);
  expect([1, 3, 4, 5].map((line) => at(line, 'left'))).toStrictEqual([0, 1, 1, 2]);
  expect(hunkAt([], 'right', 0)).toBeUndefined();
});

test('line ends become those of the document', () => {
  expect(withLineEnds('a\nb\r\nc\r', '\r\n')).toBe('a\r\nb\r\nc\r\n');
});

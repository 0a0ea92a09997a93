import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Hunk, hunkAt, hunksOf, withLineEnds } from '../src/hunks';

const OLD = 'one\ntwo\nthree\nfour\nfive\nsix\n';
const NEW = 'one\nTWO\nthree\nfour\nnew\nfive\n';

/** Both texts of a hunk. */
function texts(left: string, right: string, hunk: Hunk): [string, string] {
  return [left.slice(hunk.left.start, hunk.left.end), right.slice(hunk.right.start, hunk.right.end)];
}

test('lines that were changed, put in and taken out are found', () => {
  const hunks = hunksOf(OLD, NEW);
  assert.deepEqual(
    hunks.map((hunk) => texts(OLD, NEW, hunk)),
    [
      ['two\n', 'TWO\n'],
      ['', 'new\n'],
      ['six\n', ''],
    ],
  );
  assert.deepEqual(
    hunks.map(({ left, right }) => [left.line, left.lines, right.line, right.lines]),
    [
      [1, 1, 1, 1],
      [4, 0, 4, 1],
      [5, 1, 6, 0],
    ],
  );
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
    assert.equal(made, right);
  }
});

test('equal texts have none', () => {
  assert.deepEqual(hunksOf(OLD, OLD), []);
});

test('texts that have little in common are one hunk, soon', () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, line) => `${word} ${line}\n`).join('');
  const [left, right] = [lines('left'), lines('right')];
  assert.deepEqual(
    hunksOf(left, right).map((hunk) => texts(left, right, hunk)),
    [[left, right]],
  );
});

test('the hunk at the cursor is found, or the next one, or the last', () => {
  const hunks = hunksOf(OLD, NEW);
  const at = (line: number, side: 'left' | 'right' = 'right') =>
    hunks.findIndex((hunk) => hunk === hunkAt(hunks, side, line));
  assert.deepEqual(
    [0, 1, 2, 4, 5, 6, 9].map((line) => at(line)),
    [0, 0, 1, 1, 2, 2, 2],
  );
  assert.deepEqual(
    [1, 3, 4, 5].map((line) => at(line, 'left')),
    [0, 1, 1, 2],
  );
  assert.equal(hunkAt([], 'right', 0), undefined);
});

test('line ends become those of the document', () => {
  assert.equal(withLineEnds('a\nb\r\nc\r', '\r\n'), 'a\r\nb\r\nc\r\n');
});

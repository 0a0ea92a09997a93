import { expect, test } from 'vitest';

import { replaced } from '../src/edited';

function edit(from: [number, number], to: [number, number], newText: string) {
  const place = ([line, character]: [number, number]) => ({ line, character });
  return { range: { start: place(from), end: place(to) }, newText };
}

test('edits are put in from the last to the first, whatever their order', () => {
  const edits = [edit([0, 0], [0, 1], 'A'), edit([2, 0], [2, 1], 'CC'), edit([1, 1], [1, 1], '!')];
  expect(replaced('a\r\nb\nc', edits)).toBe('A\r\nb!\nCC');
  expect(replaced('', [])).toBe('');
});

test('columns are UTF-16, and what lies behind the end is the end', () => {
  expect(replaced('x = "😀"\n', [edit([0, 5], [0, 7], 'y')])).toBe('x = "y"\n');
  expect(replaced('a', [edit([7, 0], [9, 0], 'b')])).toBe('ab');
});

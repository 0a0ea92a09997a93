import { expect, test } from 'vitest';

import { block, type Ground } from '../src/block';
import { columns, doubles, shown } from '../src/columns';

const PLACE = { first: 0, size: 1, hint: 5, tab: 4 };
const ground = (...widths: readonly number[]): readonly Ground[] =>
  widths.map((width, line) => ({ line, width, doubles: 0, seen: true }));
/** Line and column of each row. */
const placed = (found: ReturnType<typeof block>, on: readonly Ground[]) =>
  found.rows.map(({ line, margin }) => [
    line,
    margin + (on.find((each) => each.line === line)?.width ?? NaN),
  ]);

test('a text is as wide as the editor shows it', () => {
  expect(columns('', 4)).toBe(0);
  expect(columns('\tif a:\tb', 4)).toBe(13);
  expect(columns('ab\tc', 8)).toBe(9);
  expect(columns('größe', 4)).toBe(5);
  expect(columns('価格 = 1', 4)).toBe(8);
  expect(columns('"👩‍👩‍👧"', 4)).toBe(4);
  expect(columns('\u0007', 4)).toBe(1);
  expect(doubles('größe = 1')).toBe(0);
  expect(doubles('価格 = "👩‍👩‍👧"')).toBe(3);
});

test('what is drawn keeps its spaces, tells what cannot be seen, and is cut by columns', () => {
  expect(shown('\tif a:\tb', 4, 80)).toBe(`${'\u00a0'.repeat(4)}if\u00a0a:${'\u00a0'.repeat(3)}b`);
  expect(shown('a\u202eb', 4, 80)).toBe('a\\u202eb');
  expect(shown('a\u0000', 4, 80)).toBe('a\\u0000');
  expect(shown('abcdef', 4, 6)).toBe('abcdef');
  expect(shown('abcdefg', 4, 6)).toBe('abcde…');
  expect(shown('価格価格', 4, 6)).toBe('価格…');
  expect(shown('👩‍👩‍👧', 4, 6)).toBe('👩‍👩‍👧');
});

test('rows begin beside the first line that changes, in one column', () => {
  const on = ground(10, 30, 5, 60);
  const found = block(['a', 'bcd', 'e'], on, { ...PLACE, size: 2 });
  expect(placed(found, on)).toStrictEqual([
    [0, 32],
    [1, 32],
    [2, 32],
  ]);
  expect(found).toMatchObject({ width: 4, cut: false, hint: { row: 0, before: false } });
});

test('where there are too few lines below they begin further up', () => {
  const on = ground(0, 0, 0, 8, 8);
  const at = (first: number, size: number) =>
    block(['a', 'b', 'c'], on, { ...PLACE, first, size }).rows.map(({ line }) => line);
  expect(at(4, 1)).toStrictEqual([2, 3, 4]);
  expect(at(5, 0)).toStrictEqual([2, 3, 4]);
});

test('where there are too few lines at all the last row tells how many are missing', () => {
  const on = ground(4, 4);
  const found = block(['a', 'b', 'c', 'd'], on, PLACE);
  expect(found.rows.map(({ text }) => text)).toStrictEqual(['a', 'b\u00a0…\u00a0+2\u00a0lines']);
  expect(found).toMatchObject({ cut: true, width: 13 });
  const many = block(
    Array.from({ length: 40 }, () => 'x'.repeat(200)),
    ground(...Array.from({ length: 60 }, () => 0)),
    PLACE,
  );
  expect(many.rows).toHaveLength(12);
  expect(many.rows.at(-1)?.text).toMatch(/^x+…\u00a0…\u00a0\+28\u00a0lines$/);
  expect(many.width).toBe(101);
});

test('they go around long lines if they would not be seen beside them', () => {
  const texts = ['x'.repeat(40), 'y'];
  const at = (first: number, size: number, ...widths: readonly number[]) =>
    block(texts, ground(...widths), { ...PLACE, first, size }).rows.map(({ line }) => line);
  expect(at(3, 1, 10, 10, 10, 10, 70, 10, 10)).toStrictEqual([2, 3]);
  expect(at(1, 2, 70, 70, 70, 10, 10)).toStrictEqual([3, 4]);
  expect(at(3, 1, 10, 10, 10, 70, 70)).toStrictEqual([1, 2]);
  expect(at(1, 1, 70, 70, 70, 70)).toStrictEqual([1, 2]);
});

test('lines that are longer than a window is wide are left out, unless all are', () => {
  const at = (...widths: readonly number[]) =>
    block(['a', 'b', 'c'], ground(...widths), PLACE).rows.map(({ line }) => line);
  expect(at(10, 200, 10, 10)).toStrictEqual([0, 2, 3]);
  expect(at(200, 10, 10, 10)).toStrictEqual([1, 2, 3]);
  expect(at(10, 200, 200, 10)).toStrictEqual([0, 1, 2]);
});

test('indentation is left out where there is too little room, and that it is', () => {
  const texts = ['\t\tif a:', '', `            ${'b'.repeat(60)}`];
  const rows = (width: number) =>
    block(texts, ground(width, width, width), PLACE).rows.map(({ text }) => text);
  expect(rows(15)[0]).toBe(`${'\u00a0'.repeat(8)}if\u00a0a:`);
  expect(rows(16)).toStrictEqual(['…if\u00a0a:', '', `…${'\u00a0'.repeat(4)}${'b'.repeat(60)}`]);
  const found = block(texts, ground(16, 16, 16), PLACE);
  expect(found).toMatchObject({ cut: true, width: 66 });
  expect(block(['  a'.padEnd(99, 'a')], ground(0), PLACE).rows[0]?.text).toMatch(/^\u00a0/);
});

test('lines in a fold are left out', () => {
  const on = ground(10, 10, 20, 10, 10, 10).filter(({ line }) => line < 1 || line > 3);
  expect(placed(block(['a', 'b', 'c'], on, PLACE), on)).toStrictEqual([
    [0, 12],
    [4, 12],
    [5, 12],
  ]);
  const first = block(['a', 'b'], on, { ...PLACE, first: 2 });
  expect(first.rows.map(({ line }) => line)).toStrictEqual([4, 5]);
});

test('the hint is behind the block if it is seen there, else before it where a line leaves room', () => {
  const texts = ['x'.repeat(50), 'y'];
  expect(block(texts, ground(10, 10), PLACE).hint).toStrictEqual({ row: 0, before: false });
  expect(block(texts, ground(37, 10), PLACE).hint).toStrictEqual({ row: 1, before: true });
  expect(block(texts, ground(37, 37), PLACE).hint).toStrictEqual({ row: 0, before: false });
  const half = ground(10, 10).map((each) => ({ ...each, seen: each.line > 0 }));
  expect(block(texts, half, PLACE).hint).toStrictEqual({ row: 1, before: false });
});

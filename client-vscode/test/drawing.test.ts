import { expect, test } from 'vitest';

import { differences, drawing } from '../src/drawing';

const goneOf = (old: readonly string[], now: readonly string[]) =>
  drawing(old, now).gone.map(({ line, from, to }) => [line, old[line]?.slice(from, to)]);

test('only what differs in a line goes and comes, by whole words', () => {
  expect(differences('total', 'total_sum')).toStrictEqual([{ from: 0, to: 5, come: 'total_sum' }]);
  expect(differences('f(a, b)', 'f(a, rate, b)')).toStrictEqual([{ from: 5, to: 5, come: 'rate, ' }]);
  expect(differences('f(a, b)', 'f(a)')).toStrictEqual([{ from: 3, to: 6, come: '' }]);
  expect(differences('', ', 1')).toStrictEqual([{ from: 0, to: 0, come: ', 1' }]);
  expect(differences('"😀" + größe', '"😀" + maß')).toStrictEqual([{ from: 7, to: 12, come: 'maß' }]);
  expect(differences('same', 'same')).toStrictEqual([]);
});

test('places with a word between them are drawn each by itself, but not many', () => {
  expect(differences('a = first(b)', 'c = first(d)')).toStrictEqual([
    { from: 0, to: 1, come: 'c' },
    { from: 10, to: 11, come: 'd' },
  ]);
  expect(differences('f(a, b)', 'f(c, d)')).toStrictEqual([{ from: 2, to: 6, come: 'c, d' }]);
  expect(differences('a x b x c x d', 'e x f x g x h')).toStrictEqual([
    { from: 0, to: 13, come: 'e x f x g x h' },
  ]);
});

test('lines that become as many others are drawn one by one', () => {
  const old = ['def price(items):', '    return sum(items)', '', 'print(price(1))'];
  const now = ['def cost(items):', '    return sum(items)', '', 'print(cost(1))'];
  const found = drawing(old, now);
  expect(goneOf(old, now)).toStrictEqual([
    [0, 'price'],
    [3, 'price'],
  ]);
  expect(found.come).toStrictEqual([
    { line: 0, at: 9, text: 'cost' },
    { line: 3, at: 11, text: 'cost' },
  ]);
  expect(found.lines).toBeUndefined();
});

test('lines that become more or fewer are drawn as a whole', () => {
  const old = ['first', '    a = 1', '', '    return a', 'last'];
  const now = ['first', '    if b:', '        a = 2', '        return b', '    return None', 'last'];
  expect(goneOf(old, now)).toStrictEqual([
    [1, 'a = 1'],
    [3, 'return a'],
  ]);
  expect(drawing(old, now)).toMatchObject({
    blank: [2],
    come: [],
    lines: { line: 1, replaced: 3, texts: now.slice(1, 5) },
  });
});

test('lines that only come replace none, lines that only go bring none', () => {
  const inserted = drawing(['a', 'd'], ['a', 'b', 'c', 'd']);
  expect(inserted).toStrictEqual({
    gone: [],
    blank: [],
    come: [],
    lines: { line: 1, replaced: 0, texts: ['b', 'c'] },
  });
  expect(drawing(['a'], ['a', 'b']).lines).toStrictEqual({ line: 1, replaced: 0, texts: ['b'] });
  const removed = drawing(['a', '  b', '', 'c'], ['a', 'c']);
  expect(removed).toStrictEqual({
    gone: [{ line: 1, from: 2, to: 3 }],
    blank: [2],
    come: [],
    lines: undefined,
  });
});

test('where lines come, what changes apart from them is drawn with them', () => {
  const found = drawing(['a', 'b', 'c', 'd'], ['A', 'b', 'c', 'x', 'd']);
  expect(found.lines).toStrictEqual({ line: 0, replaced: 3, texts: ['A', 'b', 'c', 'x'] });
  expect(found.gone.map(({ line }) => line)).toStrictEqual([0, 1, 2]);
  expect(found.come).toStrictEqual([]);
});

test('all that an edit does is drawn', () => {
  const texts = ['', 'a', 'b', '  a', 'a b', '\t', 'a, c', 'b'];
  let seed = 7;
  const any = (most: number) => (seed = (seed * 16807) % 2147483647) % most;
  const some = () => Array.from({ length: 1 + any(5) }, () => texts[any(texts.length)] ?? '');
  for (let tries = 0; tries < 2000; tries += 1) {
    const [old, now] = [some(), some()];
    const { gone, blank, come, lines } = drawing(old, now);
    const left = old.map((text, line) => {
      // From the right, so that what is put in moves nothing that is still to be.
      const comes = come
        .filter((each) => each.line === line)
        .map(({ at, text }) => ({ from: at, to: at, text }));
      const goes = gone.filter((each) => each.line === line).map((each) => ({ ...each, text: '' }));
      return [...comes, ...goes]
        .sort((one, other) => other.from - one.from || other.to - one.to)
        .reduce((made, { from, to, text }) => made.slice(0, from) + text + made.slice(to), text);
    });
    const whole = (line: number) =>
      blank.includes(line) || (left[line]?.trim() === '' && gone.some((each) => each.line === line));
    const made = left
      .filter((_, line) => lines === undefined || line < lines.line)
      .filter((_, line) => !whole(line));
    const behind = lines === undefined ? [] : left.slice(lines.line + lines.replaced);
    const expected = [...made, ...(lines?.texts ?? []), ...behind];
    // A line that becomes a blank one and one that goes are drawn alike.
    const full = (each: readonly string[]) => each.filter((text) => text.trim() !== '');
    expect(full(expected), JSON.stringify([old, now])).toStrictEqual(full(now));
  }
});

import { expect, test } from 'vitest';

import { indented, placeOf } from '../src/chat/placement';

const PYTHON = `import os


@cache
def add(a, b):
    # Adds.

    return a + b


class Cart:
    def total(self):
        if self.items:
            return 1
        return 0

    def count(self):
        return len(self.items)
`.split('\n');

const C = `#include <stdio.h>

int add(int a, int b)
{
  return a + b;
}

static int sub(int a, int b) {
  return a - b;
}
`.split('\n');

function replaced(document: readonly string[], code: string): string[] {
  const span = placeOf(code, document);
  return span === undefined ? [] : document.slice(span.from, span.to);
}

test('a function takes the place of the one of its name, with other parameters, too', () => {
  expect(replaced(PYTHON, 'def add(a: int, b: int) -> int:\n    return b + a\n')).toStrictEqual(
    PYTHON.slice(4, 8),
  );
});

test('what stands before it in the code and in the document belongs to it', () => {
  expect(replaced(PYTHON, '@cache\ndef add(a, b):\n    return a')).toStrictEqual(PYTHON.slice(3, 8));
});

test('a method, written without the indentation that it has', () => {
  expect(replaced(PYTHON, 'def total(self):\n    return sum(self.items)')).toStrictEqual(
    PYTHON.slice(11, 15),
  );
});

test('a whole class', () => {
  expect(replaced(PYTHON, 'class Cart:\n    items = []\n')).toStrictEqual(PYTHON.slice(10, 18));
});

test('two functions take the place from the first to the end of the second', () => {
  expect(
    replaced(PYTHON, 'def total(self):\n    return 1\n\ndef count(self):\n    return 2\n'),
  ).toStrictEqual(PYTHON.slice(11, 18));
});

test('brackets are part of what they close', () => {
  expect(replaced(C, 'static int sub(int a, int b) {\n  return 0;\n}\n')).toStrictEqual(C.slice(7, 10));
});

test('brackets on lines of their own', () => {
  expect(replaced(C, 'int add(int a, int b)\n{\n  return 0;\n}\n')).toStrictEqual(C.slice(2, 6));
});

test('what is new has no place, unless something was selected', () => {
  expect(placeOf('def mul(a, b):\n    return a * b', PYTHON)).toBeUndefined();
  expect(placeOf('}\n', C)).toBeUndefined();
  expect(placeOf('def mul(a, b):\n    return a * b', PYTHON, { from: 4, to: 8 })).toStrictEqual({
    from: 4,
    to: 8,
  });
});

test('code takes on the indentation of its place', () => {
  expect(indented('def f():\n    return 1\n\n\nx', '    ')).toBe('    def f():\n        return 1\n\n\n    x');
  expect(indented('    a\n      b', '\t')).toBe('\ta\n\t  b');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

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
  assert.deepEqual(
    replaced(PYTHON, 'def add(a: int, b: int) -> int:\n    return b + a\n'),
    PYTHON.slice(4, 8),
  );
});

test('what stands before it in the code and in the document belongs to it', () => {
  assert.deepEqual(replaced(PYTHON, '@cache\ndef add(a, b):\n    return a'), PYTHON.slice(3, 8));
});

test('a method, written without the indentation that it has', () => {
  assert.deepEqual(replaced(PYTHON, 'def total(self):\n    return sum(self.items)'), PYTHON.slice(11, 15));
});

test('a whole class', () => {
  assert.deepEqual(replaced(PYTHON, 'class Cart:\n    items = []\n'), PYTHON.slice(10, 18));
});

test('two functions take the place from the first to the end of the second', () => {
  assert.deepEqual(
    replaced(PYTHON, 'def total(self):\n    return 1\n\ndef count(self):\n    return 2\n'),
    PYTHON.slice(11, 18),
  );
});

test('brackets are part of what they close', () => {
  assert.deepEqual(replaced(C, 'static int sub(int a, int b) {\n  return 0;\n}\n'), C.slice(7, 10));
});

test('brackets on lines of their own', () => {
  assert.deepEqual(replaced(C, 'int add(int a, int b)\n{\n  return 0;\n}\n'), C.slice(2, 6));
});

test('what is new has no place, unless something was selected', () => {
  assert.equal(placeOf('def mul(a, b):\n    return a * b', PYTHON), undefined);
  assert.equal(placeOf('}\n', C), undefined);
  assert.deepEqual(placeOf('def mul(a, b):\n    return a * b', PYTHON, { from: 4, to: 8 }), {
    from: 4,
    to: 8,
  });
});

test('code takes on the indentation of its place', () => {
  assert.equal(
    indented('def f():\n    return 1\n\n\nx', '    '),
    '    def f():\n        return 1\n\n\n    x',
  );
  assert.equal(indented('    a\n      b', '\t'), '\ta\n\t  b');
});

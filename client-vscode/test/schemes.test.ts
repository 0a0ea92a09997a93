import { expect, test } from 'vitest';

import { isVirtual, schemesOf } from '../src/schemes';

test('documents of a virtual workspace are told to the server', () => {
  expect(schemesOf([])).toStrictEqual(['file', 'untitled', 'vscode-notebook-cell']);
  expect(schemesOf(['file', 'file'])).toStrictEqual(schemesOf([]));
  expect(schemesOf(['vscode-vfs', 'vscode-vfs'])).toStrictEqual([...schemesOf([]), 'vscode-vfs']);
});

test('a workspace is virtual if none of its folders is on a disk', () => {
  expect(isVirtual([])).toBe(false);
  expect(isVirtual(['file'])).toBe(false);
  expect(isVirtual(['vscode-vfs', 'file'])).toBe(false);
  expect(isVirtual(['vscode-vfs', 'memfs'])).toBe(true);
});

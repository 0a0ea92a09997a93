import { expect, test } from 'vitest';

import { clears, expand, suggestCommands } from '../src/chat/commands';
import { matching } from '../src/chat/matching';

test('a slash command is written out, with what follows it', () => {
  expect(expand('/fix the loop')).toMatch(/^Find what is wrong .*\n\nthe loop$/);
  expect(expand(' /explain ')).toMatch(/^Explain [^\n]*$/);
});

test('what only looks like a command stays as it is', () => {
  for (const question of ['/etc/passwd is what?', '/unknown', 'a /fix', '/fixed it']) {
    expect(expand(question)).toBe(question);
  }
});

test('commands that begin with what is typed', () => {
  expect(suggestCommands('/').map(({ label }) => label)).toStrictEqual([
    '/explain',
    '/fix',
    '/tests',
    '/doc',
    '/refactor',
    '/clear',
  ]);
  expect(suggestCommands('/re').map(({ insert }) => insert)).toStrictEqual(['/refactor ']);
  expect(clears(' /clear ')).toBe(true);
  expect(clears('/clear it up')).toBe(false);
});

test('files by name, then by path, then by letters', () => {
  const paths = ['src/deep/panel.ts', 'panel/index.ts', 'src/pan.ts', 'plan/alone.txt', 'other.md'];
  expect(matching('pan', paths, 9)).toStrictEqual([
    'src/pan.ts',
    'src/deep/panel.ts',
    'panel/index.ts',
    'plan/alone.txt',
  ]);
  expect(matching('', paths, 2)).toStrictEqual(paths.slice(0, 2));
  expect(matching('xyz', paths, 9)).toStrictEqual([]);
});

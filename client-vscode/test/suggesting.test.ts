import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clears, expand, suggestCommands } from '../src/chat/commands';
import { matching } from '../src/chat/matching';

test('a slash command is written out, with what follows it', () => {
  assert.match(expand('/fix the loop'), /^Find what is wrong .*\n\nthe loop$/);
  assert.match(expand(' /explain '), /^Explain [^\n]*$/);
});

test('what only looks like a command stays as it is', () => {
  for (const question of ['/etc/passwd is what?', '/unknown', 'a /fix', '/fixed it']) {
    assert.equal(expand(question), question);
  }
});

test('commands that begin with what is typed', () => {
  assert.deepEqual(
    suggestCommands('/').map(({ label }) => label),
    ['/explain', '/fix', '/tests', '/doc', '/refactor', '/clear'],
  );
  assert.deepEqual(
    suggestCommands('/re').map(({ insert }) => insert),
    ['/refactor '],
  );
  assert.equal(clears(' /clear '), true);
  assert.equal(clears('/clear it up'), false);
});

test('files by name, then by path, then by letters', () => {
  const paths = ['src/deep/panel.ts', 'panel/index.ts', 'src/pan.ts', 'plan/alone.txt', 'other.md'];
  assert.deepEqual(matching('pan', paths, 9), [
    'src/pan.ts',
    'src/deep/panel.ts',
    'panel/index.ts',
    'plan/alone.txt',
  ]);
  assert.deepEqual(matching('', paths, 2), paths.slice(0, 2));
  assert.deepEqual(matching('xyz', paths, 9), []);
});

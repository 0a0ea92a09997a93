import assert from 'node:assert/strict';
import { test } from 'node:test';

import { diffText, type Mention, problemsText, suggestMentions, withMentions } from '../src/chat/mentions';

const MENTIONS: readonly Mention[] = [
  { name: 'problems', detail: 'd', text: () => Promise.resolve('Problems: none.') },
  { name: 'diff', detail: 'd', text: () => Promise.resolve('x'.repeat(9000)) },
];

test('what is mentioned stands at the end, once', async () => {
  assert.equal(
    await withMentions('Fix @problems, all @problems!', MENTIONS),
    'Fix the problems below, all the problems below!\n\nProblems: none.',
  );
  assert.match(await withMentions('@diff', MENTIONS), /^the diff below\n\nx{8000}\n… \(cut off\)$/);
});

test('files of such names, addresses and other words are no mentions', async () => {
  for (const question of ['a@problems', '@problem', '@src/problems', 'problems', '@different.py']) {
    assert.equal(await withMentions(question, MENTIONS), question);
  }
});

test('mentions that begin with what is typed', () => {
  const labels = (word: string) => suggestMentions(word, MENTIONS).map(({ label }) => label);
  assert.deepEqual(labels('@'), ['@problems', '@diff']);
  assert.deepEqual(labels('@di'), ['@diff']);
  assert.deepEqual(labels('@src'), []);
});

test('what the server knows itself stays in the question', async () => {
  const codebase = { name: 'codebase', detail: 'd' };
  assert.equal(await withMentions('@codebase where?', [codebase, ...MENTIONS]), '@codebase where?');
  assert.equal(suggestMentions('@co', [codebase])[0]?.insert, '@codebase ');
});

test('problems and changes as text', () => {
  const problem = { path: 'a.py', line: 3, severity: 'error', message: 'no\n such name' };
  assert.equal(problemsText([problem]), 'Problems:\n- a.py:3: error: no such name');
  assert.match(problemsText(Array<typeof problem>(40).fill(problem)), /\n- and 10 more$/);
  assert.match(problemsText([]), /none/);
  assert.equal(diffText('+a\n'), 'Diff:\n```diff\n+a\n```');
  assert.equal(diffText('+```\n'), 'Diff:\n````diff\n+```\n````');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { foldersOf, quoted } from '../src/chat/matching';
import { attachmentsOf, type Mention, mentions, problemsText, suggestMentions } from '../src/chat/mentions';

const looked: string[] = [];
const of = (name: string, text: string): Mention => ({
  name,
  detail: 'd',
  text: () => {
    looked.push(name);
    return Promise.resolve(text);
  },
});
const MENTIONS = [
  of('problems', 'none'),
  of('terminal', 'x'.repeat(200_001)),
  { name: 'folder:', detail: 'd' },
];

test('only what is mentioned is looked at, and it goes along once', async () => {
  assert.deepEqual(await attachmentsOf('Fix @problems, all (@problems)!', MENTIONS), [
    { kind: 'problems', text: 'none' },
  ]);
  assert.deepEqual(looked, ['problems']);
  assert.equal((await attachmentsOf('@terminal', MENTIONS))[0]?.text.length, 200_000);
});

test('files of such names, addresses and other words are no mentions', () => {
  for (const question of [
    'a@problems',
    '@problem',
    '@src/problems',
    'problems',
    '@problems.py',
    '@problems/x',
  ]) {
    assert.equal(mentions(question, 'problems'), false, question);
  }
  for (const question of ['@problems', 'See @problems.', '(@problems)', '@problems: why?']) {
    assert.equal(mentions(question, 'problems'), true, question);
  }
});

test('mentions that begin with what is typed', () => {
  const inserts = (word: string) => suggestMentions(word, MENTIONS).map(({ insert }) => insert);
  assert.deepEqual(inserts('@'), ['@problems ', '@terminal ', '@folder:']);
  assert.deepEqual(inserts('@te'), ['@terminal ']);
  assert.deepEqual(inserts('@src'), []);
});

test('problems as text', () => {
  const problem = { path: 'a.py', line: 3, severity: 'error', message: 'no\n such name' };
  assert.equal(problemsText([problem]), '- a.py:3: error: no such name');
  assert.match(problemsText(Array<typeof problem>(40).fill(problem)), /\n- and 10 more$/);
  assert.equal(problemsText([]), '');
});

test('folders of files, and paths that need quotes', () => {
  assert.deepEqual(foldersOf(['a.py', 'x/y/b.py', 'x/c.py', 'x/y/z/d.py']), ['x', 'x/y', 'x/y/z']);
  assert.equal(quoted('a b/c'), '"a b/c"');
  assert.equal(quoted('a/b'), 'a/b');
});

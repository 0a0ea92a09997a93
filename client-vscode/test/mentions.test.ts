import { expect, test } from 'vitest';

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
  expect(await attachmentsOf('Fix @problems, all (@problems)!', MENTIONS)).toStrictEqual([
    { kind: 'problems', text: 'none' },
  ]);
  expect(looked).toStrictEqual(['problems']);
  expect((await attachmentsOf('@terminal', MENTIONS))[0]?.text.length).toBe(200_000);
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
    expect(mentions(question, 'problems'), question).toBe(false);
  }
  for (const question of ['@problems', 'See @problems.', '(@problems)', '@problems: why?']) {
    expect(mentions(question, 'problems'), question).toBe(true);
  }
});

test('mentions that begin with what is typed', () => {
  const inserts = (word: string) => suggestMentions(word, MENTIONS).map(({ insert }) => insert);
  expect(inserts('@')).toStrictEqual(['@problems ', '@terminal ', '@folder:']);
  expect(inserts('@te')).toStrictEqual(['@terminal ']);
  expect(inserts('@src')).toStrictEqual([]);
});

test('problems as text', () => {
  const problem = { path: 'a.py', line: 3, severity: 'error', message: 'no\n such name' };
  expect(problemsText([problem])).toBe('- a.py:3: error: no such name');
  expect(problemsText(Array<typeof problem>(40).fill(problem))).toMatch(/\n- and 10 more$/);
  expect(problemsText([])).toBe('');
});

test('folders of files, and paths that need quotes', () => {
  expect(foldersOf(['a.py', 'x/y/b.py', 'x/c.py', 'x/y/z/d.py'])).toStrictEqual(['x', 'x/y', 'x/y/z']);
  expect(quoted('a b/c')).toBe('"a b/c"');
  expect(quoted('a/b')).toBe('a/b');
});

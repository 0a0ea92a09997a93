import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { type Conversation, markdownOf, titleOf } from '../src/chat/conversation';
import type { Turn } from '../src/chat/messages';
import { newId, Store } from '../src/chat/store';

const TURN: Turn = {
  id: 't',
  question: 'What does\nit do?',
  about: null,
  answer: 'It adds.\n',
  state: 'done',
  sources: [
    {
      uri: 'file:///a.py',
      title: 'a.py',
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    },
  ],
  pictures: [],
  notes: [],
  problem: '',
  remedies: [],
  stats: null,
};

function chat(changes: Partial<Conversation> = {}): Conversation {
  return { id: newId(), title: '', changed: 1, turns: [TURN], ...changes };
}

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-chats-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const warnings: string[] = [];
  const store = new Store(join(folder, 'chats'), (message) => warnings.push(message));
  return { store, folder: join(folder, 'chats'), warnings };
}

test('a chat is the same after a restart, and nobody else can read it', async () => {
  const { store, folder } = await setUp();
  const kept = chat({ title: 'Adding' });
  await store.save(kept);
  expect(await new Store(folder, (message) => expect.unreachable(message)).load(kept.id)).toStrictEqual(kept);
  expect((await stat(join(folder, `${kept.id}.json`))).mode & 0o077).toBe(0);
});

test('the list begins with the newest and has titles', async () => {
  const { store } = await setUp();
  expect(await store.list()).toStrictEqual([]);
  const older = chat({ changed: 1, title: 'Older' });
  const newer = chat({ changed: 2 });
  await store.save(older);
  await store.save(newer);
  expect((await store.list()).map(({ title, questions }) => [title, questions])).toStrictEqual([
    ['What does it do?', 1],
    ['Older', 1],
  ]);
  await store.remove(newer.id);
  expect((await store.list()).length).toBe(1);
});

test('an answer that was cut short by the end of the editor is a stopped one', async () => {
  const { store } = await setUp();
  const kept = chat({ turns: [{ ...TURN, state: 'answering' }] });
  await store.save(kept);
  expect((await store.load(kept.id))?.turns[0]?.state).toBe('stopped');
});

test('a chat of an older version, which knew no pictures, has none', async () => {
  const { store } = await setUp();
  const old = Object.fromEntries(Object.entries(TURN).filter(([key]) => key !== 'pictures'));
  const kept = chat({ turns: [old as unknown as Turn] });
  await store.save(kept);
  expect((await store.load(kept.id))?.turns[0]?.pictures).toStrictEqual([]);
});

test('a file that is damaged or of another version costs that chat alone', async () => {
  const { store, folder, warnings } = await setUp();
  const kept = chat();
  await store.save(kept);
  await writeFile(join(folder, 'bad.json'), '{"turns":');
  await writeFile(join(folder, 'other.json'), '{"format": 99}');
  expect((await store.list()).map(({ id }) => id)).toStrictEqual([kept.id]);
  expect(warnings.length).toBe(2);
  expect((await readdir(folder)).filter((name) => !name.endsWith('.json'))).toStrictEqual([]);
});

test('a chat that went on in another window goes on here as a copy, and neither loses a word', async () => {
  const { store, folder, warnings } = await setUp();
  const both = chat();
  await store.save(both);
  const other = new Store(folder, (message) => expect.unreachable(message));
  const theirs = (await other.load(both.id)) ?? expect.unreachable('it is there');
  await other.save({ ...theirs, turns: [TURN, { ...TURN, id: 'theirs' }] });
  // To look at the list is not to have read what they wrote.
  await store.list();
  const ours = { ...both, turns: [TURN, { ...TURN, id: 'ours' }] };
  const id = await store.save(ours);
  expect(id).not.toBe(both.id);
  expect(await store.save({ ...ours, title: 'Again' })).toBe(id);
  expect(await store.save({ ...ours, id, title: 'And again' })).toBe(id);
  const kept = async (wanted: string) => (await store.read(wanted))?.turns.map((turn) => turn.id);
  expect(await kept(both.id)).toStrictEqual(['t', 'theirs']);
  expect(await kept(id)).toStrictEqual(['t', 'ours']);
  expect(await other.save({ ...theirs, title: 'Theirs' })).toBe(both.id);
  expect((await store.list()).length).toBe(2);
  expect(warnings.length).toBe(1);
});

test('a chat that was deleted in another window is kept by the one that goes on with it', async () => {
  const { store, folder } = await setUp();
  const kept = chat();
  await store.save(kept);
  await new Store(folder, (message) => expect.unreachable(message)).remove(kept.id);
  expect(await store.save(kept)).toBe(kept.id);
  expect((await store.list()).length).toBe(1);
});

test('remedies of a later version, and none of an older one, do no harm', async () => {
  const { store } = await setUp();
  const later = { ...TURN, remedies: ['models', 'unheard-of'] } as unknown as Turn;
  const older = Object.fromEntries(Object.entries(TURN).filter(([key]) => key !== 'remedies'));
  const kept = chat({ turns: [later, older as unknown as Turn] });
  await store.save(kept);
  expect((await store.load(kept.id))?.turns.map(({ remedies }) => remedies)).toStrictEqual([['models'], []]);
});

test('an id cannot lead out of the folder', async () => {
  const { store, warnings } = await setUp();
  expect(await store.load('../../etc/passwd')).toBeUndefined();
  await store.remove('../x');
  expect(warnings).toStrictEqual([]);
});

test('a chat as a Markdown document', () => {
  expect(markdownOf(chat())).toBe(
    '# What does it do?\n\n> What does\n> it do?\n\n*Read: a.py:1–9*\n\nIt adds.\n',
  );
  expect(titleOf(chat({ turns: [{ ...TURN, question: 'x'.repeat(100) }] })).length).toBe(61);
});

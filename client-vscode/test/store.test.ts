import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

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
  stats: null,
};

function chat(changes: Partial<Conversation> = {}): Conversation {
  return { id: newId(), title: '', changed: 1, turns: [TURN], ...changes };
}

async function setUp(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-chats-'));
  context.after(() => rm(folder, { recursive: true }));
  const warnings: string[] = [];
  const store = new Store(join(folder, 'chats'), (message) => warnings.push(message));
  return { store, folder: join(folder, 'chats'), warnings };
}

test('a chat is the same after a restart, and nobody else can read it', async (context) => {
  const { store, folder } = await setUp(context);
  const kept = chat({ title: 'Adding' });
  await store.save(kept);
  assert.deepEqual(await new Store(folder, assert.ifError).load(kept.id), kept);
  assert.equal((await stat(join(folder, `${kept.id}.json`))).mode & 0o077, 0);
});

test('the list begins with the newest and has titles', async (context) => {
  const { store } = await setUp(context);
  assert.deepEqual(await store.list(), []);
  const older = chat({ changed: 1, title: 'Older' });
  const newer = chat({ changed: 2 });
  await store.save(older);
  await store.save(newer);
  assert.deepEqual(
    (await store.list()).map(({ title, questions }) => [title, questions]),
    [
      ['What does it do?', 1],
      ['Older', 1],
    ],
  );
  await store.remove(newer.id);
  assert.equal((await store.list()).length, 1);
});

test('an answer that was cut short by the end of the editor is a stopped one', async (context) => {
  const { store } = await setUp(context);
  const kept = chat({ turns: [{ ...TURN, state: 'answering' }] });
  await store.save(kept);
  assert.equal((await store.load(kept.id))?.turns[0]?.state, 'stopped');
});

test('a chat of an older version, which knew no pictures, has none', async (context) => {
  const { store } = await setUp(context);
  const old = Object.fromEntries(Object.entries(TURN).filter(([key]) => key !== 'pictures'));
  const kept = chat({ turns: [old as unknown as Turn] });
  await store.save(kept);
  assert.deepEqual((await store.load(kept.id))?.turns[0]?.pictures, []);
});

test('a file that is damaged or of another version costs that chat alone', async (context) => {
  const { store, folder, warnings } = await setUp(context);
  const kept = chat();
  await store.save(kept);
  await writeFile(join(folder, 'bad.json'), '{"turns":');
  await writeFile(join(folder, 'other.json'), '{"format": 99}');
  assert.deepEqual(
    (await store.list()).map(({ id }) => id),
    [kept.id],
  );
  assert.equal(warnings.length, 2);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => !name.endsWith('.json')),
    [],
  );
});

test('an id cannot lead out of the folder', async (context) => {
  const { store, warnings } = await setUp(context);
  assert.equal(await store.load('../../etc/passwd'), undefined);
  await store.remove('../x');
  assert.deepEqual(warnings, []);
});

test('a chat as a Markdown document', () => {
  assert.equal(
    markdownOf(chat()),
    '# What does it do?\n\n> What does\n> it do?\n\n*Read: a.py:1–9*\n\nIt adds.\n',
  );
  assert.equal(titleOf(chat({ turns: [{ ...TURN, question: 'x'.repeat(100) }] })).length, 61);
});

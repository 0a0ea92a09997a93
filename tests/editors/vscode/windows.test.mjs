// Two windows on one machine, with the real engine: they share it, and neither writes over the other's chats.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { processes, startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let editor, one, other;

before(async () => {
  const settings = { 'hearth.chat.maxTokens': 16, 'hearth.index.enabled': false };
  editor = await startEditor({ name: 'windows', files: FILES, settings });
  one = await openWorkbench(editor, 'windows');
});

after(async () => {
  await one?.close();
  await other?.close();
  await editor?.stop();
});

/** Asks in a window and waits for an answer that is one. */
async function ask(window, question) {
  const turn = await window.ask(question);
  await answered(turn);
  assert.deepEqual(await turn.locator('.problem').allTextContents(), []);
}

/** Opens a chat from the list of chats, not the one with `but`; tells how many there are. */
async function choose(window, title, but = 'none of them says this') {
  await window.command('Hearth: Show Chats');
  const rows = window.page.locator('.quick-input-list .monaco-list-row');
  const row = rows.filter({ hasText: title, hasNotText: but });
  await row.waitFor();
  await window.shot('windows');
  const count = await rows.count();
  await row.click();
  return count;
}

const questions = async (window) => (await window.panel()).locator('.question-text').allTextContents();

test('both windows are answered by one engine', async () => {
  await ask(one, 'The first question');
  const engines = processes(editor.home, 'hearth.engine.supervisor');
  assert.equal(engines.length, 1);
  other = await openWorkbench(editor, 'windows-other');
  const panel = await other.panel();
  await choose(other, 'The first question');
  await panel.getByText('The first question').waitFor();
  assert.equal(processes(editor.home, 'lsp').length, 2);
  await ask(other, 'Of the other window');
  assert.deepEqual(processes(editor.home, 'hearth.engine.supervisor'), engines);
});

test('a chat that goes on in both is two chats, and both are kept', async () => {
  await ask(one, 'Of this window');
  assert.deepEqual(await questions(one), ['The first question', 'Of this window']);
  assert.deepEqual(await questions(other), ['The first question', 'Of the other window']);
  assert.equal(await choose(one, 'The first question', 'open ·'), 2);
  const panel = await one.panel();
  await panel.getByText('Of the other window').waitFor();
  assert.deepEqual(await questions(one), ['The first question', 'Of the other window']);
});

test('to close one window ends neither the engine nor the other', async () => {
  const engines = processes(editor.home, 'hearth.engine.supervisor');
  const before = processes(editor.home, 'hearth.engine.worker');
  await other.close();
  other = undefined;
  await ask(one, 'Who is left?');
  assert.deepEqual(processes(editor.home, 'hearth.engine.supervisor'), engines);
  assert.deepEqual(processes(editor.home, 'hearth.engine.worker'), before);
  assert.ok((await questions(one)).includes('Who is left?'));
});

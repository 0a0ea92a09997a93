// What a person does first: a suggestion is shown and taken, a question is asked, an answer is stopped.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let editor, workbench;

before(async () => {
  editor = await startEditor({ name: 'main', files: FILES });
  workbench = await openWorkbench(editor, 'main');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

test('the extension starts with the editor and finds the server', async () => {
  await workbench.status.waitFor();
});

test('a suggestion is shown as ghost text, and taken', async () => {
  await workbench.open('shop/cart.py');
  await workbench.goTo(21);
  await workbench.page.keyboard.type('            total += ', { delay: 60 });
  await workbench.ghost.waitFor();
  await workbench.shot('completion');
  await workbench.page.keyboard.press('Tab');
  await workbench.ghost.waitFor({ state: 'hidden' });
  const line = (await workbench.saved('shop/cart.py')).split('\n')[20];
  assert.match(line, /^ +total \+= \S+/);
});

test('an answer streams into the panel, with its sources and its speed', async () => {
  await workbench.shots('chat-empty');
  const turn = await workbench.ask('What does the class Cart do?');
  await turn.locator('.answer .block > *').first().waitFor();
  await turn.locator('.source', { hasText: 'shop/cart.py' }).waitFor();
  await answered(turn);
  assert.notEqual((await turn.locator('.answer').textContent()).trim(), '');
  assert.match(await turn.locator('.stats').textContent(), /tokens\/s · \d+ % of \d+ tokens of context/);
  await workbench.shots('chat');
});

test('an answer is stopped', async () => {
  const turn = await workbench.ask('Write a long class with many methods, each with a docstring.');
  const panel = await workbench.panel();
  await panel.locator('#question').press('Escape');
  await turn.getByText('Stopped').waitFor();
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

// Nothing of a conversation is lost, however early somebody asks and whatever is closed meanwhile; with a stand-in model.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { gate, startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let model, editor, workbench, panel;

before(async () => {
  model = await startModel();
  editor = await startEditor({ name: 'lost', files: FILES, settings: model.settings });
  workbench = await openWorkbench(editor, 'lost');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

/** Waits until keys go into the question. */
const focused = (frame) => frame.locator('#question:focus').waitFor();

test('who asks before there is a panel can write as soon as it is there', async () => {
  await workbench.command('Hearth: Ask');
  panel = await workbench.panelSoon();
  await focused(panel);
  await workbench.page.keyboard.type('Who is first?');
  await workbench.page.keyboard.press('Enter');
  await answered(panel.locator('.turn').first());
  assert.equal(await panel.locator('.turn .question-text').textContent(), 'Who is first?');
});

test('a question that is half written is still there when the panel comes back', async () => {
  await panel.locator('#question').fill('A long question that');
  await workbench.hidePanel();
  await workbench.command('Hearth: Ask');
  panel = await workbench.panelSoon();
  await focused(panel);
  assert.equal(await panel.locator('#question').inputValue(), 'A long question that');
  await panel.locator('#question').press('Enter');
  await answered(panel.locator('.turn').nth(1));
  await workbench.hidePanel();
  panel = await workbench.panel();
  assert.equal(await panel.locator('#question').inputValue(), '');
});

test('what a code action asks while the panel is hidden is there in full, though the answer ends unseen', async () => {
  const slow = gate();
  model.answers = [slow];
  await workbench.open('shop/text.py');
  await workbench.hidePanel();
  await workbench.goTo(3);
  await workbench.page.keyboard.press('Control+.');
  await workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'Explain `slug`' }).click();
  panel = await workbench.panelSoon();
  const turn = panel.locator('.turn').last();
  await turn.getByText('Explain what `slug` does.').waitFor();
  slow.more('First, ');
  await turn.getByText('First,').waitFor();
  await workbench.hidePanel();
  slow.more('second, ');
  slow.more('third.');
  slow.end();
  await model.idle();
  panel = await workbench.panel();
  await answered(panel.locator('.turn').last());
  assert.equal((await panel.locator('.turn').last().locator('.answer').textContent()).trim(), 'First, second, third.');
});

test('an editor tab with the chat may be closed while the model writes', async () => {
  const slow = gate();
  model.answers = [slow];
  await workbench.command('Hearth: Open Chat in an Editor Tab');
  const tab = await workbench.frameSoon((frame) => (frame === panel ? frame.locator('#nothing') : frame.locator('#composer #question')));
  await tab.locator('#question').fill('Who is still there?');
  await tab.locator('#question').press('Enter');
  slow.more('All ');
  await tab.locator('.turn').last().getByText('All').waitFor();
  await workbench.command('View: Close All Editors');
  slow.more('of it.');
  slow.end();
  await panel.locator('.turn').last().getByText('All of it.').waitFor();
  await answered(panel.locator('.turn').last());
});

test('a window that is closed while the model writes keeps what was written', async () => {
  const slow = gate();
  model.answers = [slow, 'The whole.'];
  const turn = await workbench.ask('Will this last?');
  slow.more('Half of ');
  await turn.getByText('Half of').waitFor();
  await workbench.load();
  slow.end();
  panel = await workbench.panel();
  const last = panel.locator('.turn').last();
  await last.getByText('Half of').waitFor();
  await last.getByText('Stopped').waitFor();
  assert.equal(await panel.locator('.turn').count(), 5);
  await workbench.shot('window-closed');
  await last.getByRole('button', { name: 'Again', exact: true }).click();
  await panel.locator('.turn').last().getByText('The whole.').waitFor();
});

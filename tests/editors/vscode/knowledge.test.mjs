// What goes along with a question, what a code action asks in the panel, and messages for commits; with a stand-in model.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { audit } from './audit.mjs';
import { startEditor } from './editor.mjs';
import { gate, startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const KEY = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;

let model, editor, workbench, panel;

const git = (...parts) =>
  execFileSync('git', ['-C', editor.workspace, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...parts]);
const said = () => model.asked.at(-1).messages.at(-1).content;
const source = (turn, name) => turn.locator('.source', { hasText: name });

before(async () => {
  model = await startModel();
  const settings = { ...model.settings, 'hearth.index.embedder': 'none' };
  editor = await startEditor({
    name: 'knowledge',
    files: { ...FILES, '.gitignore': '.vscode\n' },
    settings,
  });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'Begin the shop');
  editor.configure({ 'git.enabled': true });
  workbench = await openWorkbench(editor, 'knowledge');
  await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.open('shop/cart.py');
  panel = await workbench.panel();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

/** Types into the question and takes what is suggested first, which must be called `label`. */
async function complete(typed, label) {
  const field = panel.locator('#question');
  await field.pressSequentially(typed);
  await panel.locator('#suggestions li[aria-selected=true]', { hasText: label }).waitFor();
  await field.press('Tab');
}

test('everything that can be mentioned is completed', async () => {
  const field = panel.locator('#question');
  await field.fill('');
  await field.pressSequentially('@');
  for (const name of ['file:', 'folder:', 'symbol:', 'selection', 'codebase', 'diff', 'problems', 'terminal']) {
    await panel.locator('#suggestions li', { hasText: `@${name}` }).waitFor();
  }
  await workbench.shots('mentions', panel, () => audit(panel));
  await field.fill('');
  await complete('@fol', '@folder:');
  await complete('sh', 'shop/');
  assert.equal(await field.inputValue(), '@folder:shop ');
  await complete('and @sym', '@symbol:');
  await complete('slu', 'slug');
  assert.equal(await field.inputValue(), '@folder:shop and @symbol:slug ');
});

test('a folder and a symbol go along, and are opened from the sources', async () => {
  model.answers = ['Both.'];
  await panel.locator('#about').click();
  await panel.locator('#question').press('Enter');
  const turn = panel.locator('.turn').last();
  await answered(turn);
  assert.match(said(), /Files in `shop\/`:\n```\nshop\/cart\.py\nshop\/text\.py\n```/);
  assert.match(said(), /File `shop\/text\.py`/);
  if ((await turn.locator('details[open]').count()) === 0) {
    await turn.locator('summary').click();
  }
  await workbench.shot('sources');
  await audit(panel);
  await source(turn, 'shop/text.py').first().click();
  await workbench.page.locator('.tab.active[data-resource-name="text.py"]').waitFor();
  await turn.getByRole('button', { name: 'shop/', exact: true }).click();
  await workbench.page
    .locator('.explorer-folders-view .monaco-list-row.focused', {
      hasText: 'shop',
    })
    .waitFor();
  panel = await workbench.panel();
});

test('the codebase is searched for what a question is about', async () => {
  await workbench.open('README.md');
  const turn = await workbench.ask('How is a title made lower case, its words joined by dashes? @codebase');
  await answered(turn);
  assert.match(said(), /def slug/);
  await source(turn, 'shop/text.py').waitFor({ state: 'attached' });
});

test('the selection goes along when it is mentioned, though the file does not', async () => {
  await workbench.open('shop/cart.py');
  await workbench.goTo(15);
  await workbench.page.keyboard.press('Shift+Home');
  const turn = await workbench.ask('What is @selection for?');
  await answered(turn);
  assert.match(said(), /^What is the selection for\?\n\nFile `shop\/cart\.py`:\n```python\n +def add\(self/);
});

test('changes go along without their secrets', async () => {
  appendFileSync(join(editor.workspace, 'shop/text.py'), `\n\nTOKEN = "${KEY}"\n`);
  const turn = await workbench.ask('Is @diff right?');
  await answered(turn);
  assert.match(said(), /Changes since the last commit:\n```diff\ndiff --git a\/shop\/text\.py/);
  assert.ok(!said().includes(KEY));
  await turn.getByText('A secret in @diff is not shown to the model.').waitFor();
  await source(turn, '@diff').click();
  await workbench.page.locator('.scm-view').first().waitFor();
  panel = await workbench.panel();
});

test('the terminal goes along only when it is mentioned', async () => {
  await workbench.command('Terminal: Create New Terminal');
  await workbench.page.locator('.terminal-wrapper.active .xterm-screen').waitFor();
  await workbench.page.keyboard.type('echo mar""malade\n', { delay: 20 });
  let turn = await workbench.ask('What is this?');
  await answered(turn);
  assert.doesNotMatch(said(), /marmalade/);
  for (let tries = 0; tries < 10 && !/marmalade/.test(said()); tries += 1) {
    turn = await workbench.ask('What does @terminal say?');
    await answered(turn);
  }
  assert.match(said(), /The end of what the terminal shows:\n```\n[^]*marmalade/);
  await workbench.shot('terminal');
  await source(turn, '@terminal').click();
  await workbench.page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
  await workbench.command('Terminal: Kill All Terminals');
});

test('the explanation of a code action streams into the panel', async () => {
  const slow = gate();
  model.answers = [slow];
  await workbench.open('shop/cart.py');
  await workbench.goTo(16);
  await workbench.page.keyboard.press('Control+.');
  const action = workbench.page.locator('.action-widget .monaco-list-row', {
    hasText: 'Explain `add`',
  });
  await action.click();
  panel = await workbench.panelSoon();
  const turn = panel.locator('.turn').last();
  await turn.getByText('Explain what `add` does.').waitFor();
  slow.more('It puts ');
  await turn.getByText('It puts').waitFor();
  slow.more('an item in.');
  slow.end();
  await answered(turn);
  await turn.locator('.question .about', { hasText: 'cart.py:15–16' }).waitFor();
  await workbench.shot('explain');
  assert.equal(await workbench.page.locator('.tab', { hasText: '.chat.md' }).count(), 0);
});

test('a commit message is written into the box of the git view, and can be stopped', async () => {
  const slow = gate();
  model.answers = [slow, 'Keep a token\n'];
  await workbench.page.locator('.activitybar [aria-label^="Source Control"]').first().click();
  const box = workbench.page.locator('.scm-editor .view-lines').first();
  await box.waitFor();
  git('add', 'shop/text.py');
  const button = workbench.page
    .locator(
      '.scm-view [aria-label^="Write a Commit Message"], .pane-header [aria-label^="Write a Commit Message"], .title-actions [aria-label^="Write a Commit Message"]',
    )
    .first();
  await button.waitFor();
  await button.click();
  slow.more('Half a ');
  await box.getByText('Half a').waitFor();
  await workbench.shot('commit-message');
  assert.match(said(), /- Begin the shop/);
  assert.ok(!said().includes(KEY));
  await button.click();
  await box.getByText('Half a').waitFor({ state: 'hidden' });
  slow.end();
  await button.click();
  await box.getByText('Keep a token').waitFor();
  await workbench.page.getByText('A secret in the changes is not shown to the model.').first().waitFor();
  await workbench.shots('commit');
  assert.equal(await workbench.page.getByText('Hearth settings').count(), 0);
});

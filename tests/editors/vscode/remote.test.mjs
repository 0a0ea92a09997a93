// Where the files are not on the machine that shows them: a remote window, which code-server's always is, and a virtual
// workspace, whose files are on no disk at all.
import assert from 'node:assert/strict';
import { readFileSync, readlinkSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { processes, startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const MEMFS = fileURLToPath(new URL('memfs', import.meta.url));
const COUNT = '        return len(self.items)';
let model, editor, workbench, page;

before(async () => {
  model = await startModel();
  const settings = { ...model.settings, 'hearth.models.completion': 'embedded', 'hearth.completion.enabled': true };
  editor = await startEditor({ name: 'remote', files: FILES, settings, beside: [MEMFS] });
  workbench = await openWorkbench(editor, 'remote');
  page = workbench.page;
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

afterEach((context) => (context.passed ? undefined : workbench.shot(`remote-failed-${context.name.slice(0, 20)}`)));

const toast = (text) => page.locator('.notification-toast', { hasText: text }).first();

test('in a remote window the server runs beside the files, and finds them', async () => {
  await workbench.status.locator('.codicon-flame').waitFor();
  const settings = await page.locator('#vscode-workbench-web-configuration').getAttribute('data-settings');
  assert.ok(JSON.parse(settings).remoteAuthority, 'the window is no remote one');
  const [server] = processes(editor.home, 'lsp');
  const host = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${server}/status`, 'utf8'))[1]);
  assert.match(readFileSync(`/proc/${host}/cmdline`, 'utf8'), /--type=extensionHost/);
  assert.equal(readlinkSync(`/proc/${server}/cwd`), editor.workspace);
  await answered(await workbench.ask('What does @shop/text.py do?'));
  assert.match(model.asked.at(-1).messages.at(-1).content, /def slug/);
});

test('a virtual workspace says what does not work there, with a way on', async () => {
  editor.url = editor.url.replace(/folder=.*/, 'folder=memfs:/shop');
  await workbench.load();
  await toast('on no disk').getByRole('button', { name: 'Open a Folder…' }).waitFor();
  await workbench.shot('virtual');
  await workbench.status.locator('.codicon-flame').waitFor();
  const index = (await workbench.overview('Hearth: Show the Index')).locator('#index');
  await index.getByText('Off. No folder of this workspace is on a disk.').waitFor();
  await workbench.command('View: Close All Editors');
});

test('it is said once', async () => {
  await workbench.load();
  await workbench.status.locator('.codicon-flame').waitFor();
  // Such files are in the explorer, and nobody can search them.
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'cart.py' }).dblclick();
  await page.locator('.tab.active[data-resource-name="cart.py"]').waitFor();
  assert.equal(await toast('on no disk').count(), 0);
});

test('suggestions come from the text of the file that is open', async () => {
  await workbench.goTo(6);
  await page.keyboard.type('        return len(', { delay: 60 });
  await workbench.suggested();
  await page.keyboard.press('Tab');
  await workbench.ghost.waitFor({ state: 'hidden' });
  await page.locator('.tab.active.dirty').waitFor();
});

test('a question is answered about it, and mentions are offered that can be found', async () => {
  const panel = await workbench.panel();
  const field = panel.locator('#question');
  await field.fill('');
  await field.pressSequentially('@');
  await panel.locator('#suggestions li').first().waitFor();
  const offered = await panel.locator('#suggestions li span:first-child').allTextContents();
  assert.deepEqual(offered, ['@selection', '@problems', '@terminal']);
  await field.press('Escape');
  model.answers = [`\`\`\`python\n    def count(self):\n${COUNT}\n\`\`\`\n`];
  const turn = await workbench.ask('Write count.');
  await answered(turn);
  assert.match(model.asked.at(-1).messages.at(-1).content, /class Cart/);
  await turn.locator('.source', { hasText: 'cart.py' }).waitFor({ state: 'attached' });
});

test('code is applied to it by way of a diff, and saved where it came from', async () => {
  const panel = await workbench.panel();
  await panel.locator('.turn').last().getByRole('button', { name: 'Apply' }).click();
  await page.locator('.monaco-diff-editor').first().waitFor();
  await page.locator('.editor-actions [aria-label^="Accept the Proposed"]').click();
  await page.locator('.tab', { hasText: 'what Hearth proposes' }).first().waitFor({ state: 'detached' });
  await page.keyboard.press('Control+s');
  await page.locator('.tab.active[data-resource-name="cart.py"]:not(.dirty)').waitFor();
  await page.locator('.editor-instance .view-line', { hasText: 'return len(self.items)' }).first().waitFor();
});

test('a commit message is refused where there is no repository', async () => {
  await workbench.command('Hearth: Write a Commit Message');
  await toast('there is no git repository here').waitFor();
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

// Edits in place: what the model proposes is shown as a diff while it is written, then taken, in whole or change by change.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { gate, startModel } from './model.mjs';
import { openWorkbench } from './workbench.mjs';

const SHOP = `def price(items):
    total = 0
    for item in items:
        total += item
    return total


def tax(amount):
    rate = 0.2
    net = amount
    due = net * rate
    return due
`;
const block = (code) => `\`\`\`python\n${code}\`\`\`\n`;
const TAX = 'def tax(amount):\n    """What is due."""\n    rate = 0.2\n    net = amount\n    return net * rate\n';
let model, editor, workbench, page, diff;

before(async () => {
  model = await startModel();
  const settings = { ...model.settings, 'hearth.index.embedder': 'none' };
  editor = await startEditor({ name: 'edits', files: { 'shop.py': SHOP, 'broken.json': '{\n  "a": 1\n  "b": 2\n}\n' }, settings });
  workbench = await openWorkbench(editor, 'edits');
  page = workbench.page;
  diff = page.locator('.monaco-diff-editor .editor.modified');
  await workbench.open('shop.py');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

afterEach((context) => (context.passed ? undefined : workbench.shot(`edits-failed-${context.name.slice(0, 20)}`)));

const title = (name) => page.locator(`.editor-actions [aria-label^="${name}"]`).first();
const shown = (text) => diff.locator('.view-line', { hasText: text });
const toast = (text) => page.locator('.notification-toast', { hasText: text }).first();
const closed = () => page.locator('.tab', { hasText: 'what Hearth proposes' }).first().waitFor({ state: 'detached' });
const changed = (name) => page.locator(`.tab.active[data-resource-name="${name}"].dirty`).waitFor();

/** Asks for an edit in words, of the function at a line. */
async function instruct(line, words) {
  await workbench.goTo(line);
  await page.keyboard.press('Control+Alt+i');
  await page.locator('.quick-input-widget input').first().fill(words);
  await page.keyboard.press('Enter');
}

/** Chooses a code action at the cursor. The menu is opened again if the editor closes it, as it does at a late change. */
async function choose(action) {
  const row = page.locator('.action-widget .monaco-list-row', { hasText: action }).first();
  for (let tries = 0; ; tries += 1) {
    await page.keyboard.press('Control+.');
    try {
      await row.click({ timeout: 10_000 });
      return;
    } catch (error) {
      assert.ok(tries < 10, error);
      await page.keyboard.press('Escape');
    }
  }
}

/** The file as it was before the last edit, which is one step to undo. */
async function undone(name) {
  await page.keyboard.press('Control+z');
  await changed(name);
  return workbench.saved(name);
}

test('an edit asked for in words grows in the diff, and is taken as one step to undo', async () => {
  const slow = gate();
  model.answers = [slow];
  await instruct(2, 'use sum');
  slow.more('```python\ndef price(items):\n    """All prices together."""\n');
  await shown('All prices together.').waitFor();
  await workbench.shot('edit-growing');
  // What is still being written is neither changed nor accepted.
  await shown('All prices together.').click();
  await page.keyboard.type('x');
  await title('Accept the Proposed').click();
  await toast('still being written').waitFor();
  slow.more('    return sum(items)\n');
  await shown('return sum(items)').waitFor();
  slow.more('```\n');
  slow.end();
  await toast('use sum').waitFor({ state: 'detached' });
  await workbench.shot('edit');
  await title('Accept the Proposed').click();
  await closed();
  await changed('shop.py');
  const wanted = 'def price(items):\n    """All prices together."""\n    return sum(items)\n';
  assert.ok((await workbench.saved('shop.py')).startsWith(wanted));
  assert.equal(await undone('shop.py'), SHOP);
});

test('of a code action, changes are accepted and rejected one by one', async () => {
  model.answers = [block(TAX)];
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  await shown('What is due.').waitFor();
  await toast('Simplify `tax`').waitFor({ state: 'detached' });
  assert.equal(readFileSync(join(editor.workspace, 'shop.py'), 'utf8'), SHOP);
  await workbench.shots('edit-changes');
  await title('Accept This Change').click();
  await page.locator('.tab[data-resource-name="shop.py"].dirty').waitFor();
  await workbench.shot('edit-change');
  await title('Reject This Change').click();
  await closed();
  const once = SHOP.replace('    rate = 0.2', '    """What is due."""\n    rate = 0.2');
  assert.equal(await workbench.saved('shop.py'), once);
  assert.equal(await undone('shop.py'), SHOP);
});

test("a change is taken back with the editor's own arrow, and the rest accepted", async () => {
  model.answers = [block(TAX)];
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  await shown('What is due.').waitFor();
  await toast('Simplify `tax`').waitFor({ state: 'detached' });
  const arrows = page.locator('.monaco-diff-editor .gutterItem .codicon-arrow-right');
  await arrows.nth(1).waitFor();
  const heights = await Promise.all((await arrows.all()).map(async (each) => (await each.boundingBox()).y));
  await arrows.nth(heights.indexOf(Math.min(...heights))).click();
  await shown('What is due.').waitFor({ state: 'detached' });
  await title('Accept the Proposed').click();
  await closed();
  const once = SHOP.replace('    due = net * rate\n    return due\n', '    return net * rate\n');
  assert.equal(await workbench.saved('shop.py'), once);
  assert.equal(await undone('shop.py'), SHOP);
});

test('nothing is changed by a proposal that is rejected, or closed while it is written', async () => {
  model.answers = [block(TAX)];
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  await shown('What is due.').waitFor();
  await toast('Simplify `tax`').waitFor({ state: 'detached' });
  await title('Reject the Proposed').click();
  await closed();
  const slow = gate();
  model.answers = [slow];
  const before = model.abandoned;
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  slow.more('```python\ndef tax(amount):\n');
  await page.locator('.tab.active', { hasText: 'what Hearth proposes' }).waitFor();
  await page.locator('.tab.active').click({ button: 'middle' });
  await closed();
  await toast('Simplify `tax`').waitFor({ state: 'detached' });
  for (let tries = 0; tries < 300 && model.abandoned === before; tries += 1) {
    await page.waitForTimeout(100);
  }
  assert.equal(model.abandoned, before + 1);
  slow.end();
  assert.equal(await workbench.saved('shop.py'), SHOP);
});

test('an answer that cannot be used is told with what the model wrote, and asked for again', async () => {
  model.answers = ['I would rather not.', 'No.', block(TAX)];
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  const message = toast('cannot be used');
  await message.getByText('The model answered').waitFor();
  assert.equal(await page.locator('.notification-toast', { hasText: 'cannot be used' }).count(), 1);
  await workbench.shot('edit-refused');
  await message.getByRole('button', { name: 'Try Again' }).click();
  await shown('What is due.').waitFor();
  await toast('Simplify `tax`').waitFor({ state: 'detached' });
  await title('Reject the Proposed').click();
  await closed();
});

test('tests go into a file that is shown before it is made', async () => {
  model.answers = [block('from shop import tax\n\n\ndef test_tax():\n    assert tax(10) == 2\n')];
  await workbench.goTo(9);
  await choose('Write tests for `tax`');
  await shown('def test_tax').waitFor();
  await workbench.shot('edit-new-file');
  const path = join(editor.workspace, 'test_shop.py');
  assert.ok(!existsSync(path));
  await title('Accept the Proposed').click();
  await closed();
  await page.locator('.tab.active[data-resource-name="test_shop.py"]').waitFor();
  assert.match(readFileSync(path, 'utf8'), /^from shop import tax\n/);
  await page.locator('.tab.active').click({ button: 'middle' });
});

test('a problem that the editor shows is fixed by way of a diff', async () => {
  await workbench.open('broken.json');
  await page.locator('.squiggly-error').first().waitFor();
  model.answers = ['```json\n{\n  "a": 1,\n  "b": 2\n}\n```\n'];
  await page.locator('.editor-instance .view-lines').first().click({ position: { x: 300, y: 10 } });
  await page.keyboard.press('F8');
  await page.locator('.marker-widget').waitFor();
  await choose('Fix: ');
  await shown('"a": 1,').waitFor();
  await toast('Fix: ').waitFor({ state: 'detached' });
  await workbench.shot('edit-fix');
  await title('Accept the Proposed').click();
  await closed();
  assert.equal(await workbench.saved('broken.json'), '{\n  "a": 1,\n  "b": 2\n}\n');
  await workbench.open('shop.py');
});

test('without the preview a code action changes the file at once', async () => {
  editor.machine({ 'hearth.client.previewEdits': false });
  model.answers = [block(TAX)];
  await workbench.goTo(9);
  // The editor reads its settings when it sees that their file is another one.
  for (let tries = 0; tries < 20; tries += 1) {
    await choose('Simplify `tax`');
    const first = page.locator('.tab.active[data-resource-name="shop.py"].dirty, .tab.active:has-text("what Hearth proposes")');
    await first.waitFor();
    if ((await page.locator('.tab', { hasText: 'what Hearth proposes' }).count()) === 0) {
      break;
    }
    await toast('Simplify `tax`').waitFor({ state: 'detached' });
    await title('Reject the Proposed').click();
    await closed();
  }
  assert.ok((await workbench.saved('shop.py')).endsWith(TAX));
  assert.equal(await undone('shop.py'), SHOP);
  model.answers = ['No.'];
  await workbench.goTo(9);
  await choose('Simplify `tax`');
  await toast('cannot be used').waitFor();
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

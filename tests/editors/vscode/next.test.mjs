// The next edit: offered after one has been made, gone to, made, taken back, dismissed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { watchMarks } from './marks.mjs';
import { openWorkbench } from './workbench.mjs';

const PRICE = 'def price(items):\n    return sum(items)\n\n\n';
const FILLER = Array.from({ length: 80 }, (_, number) => `LEVEL_${number} = ${number}\n`).join('');
const FILES = {
  'shop.py': `${PRICE}print(price([1, 2]))\n${FILLER}print("far", price([3]))\n`,
  'till.py': 'from shop import price\n\nprint(price([4]))\n',
};
let editor, workbench, lines, marks, until, readable;

before(async () => {
  editor = await startEditor({ name: 'next', files: FILES, settings: { 'hearth.completion.enabled': false } });
  workbench = await openWorkbench(editor, 'next');
  lines = workbench.page.locator('.editor-instance .view-lines').first();
  ({ marks, until, readable } = watchMarks(workbench));
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

/** Writes another name in the place of the function's. */
async function rename(name) {
  const { page } = workbench;
  // What is typed before the cursor is there would go elsewhere.
  const cursor = (text) => page.locator('.statusbar-item', { hasText: text }).first().waitFor();
  await page.keyboard.press('Control+Home');
  await cursor(/Ln 1, Col 1\b/);
  await page.keyboard.press('Control+ArrowRight');
  await page.keyboard.press('Control+ArrowRight');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await cursor('selected');
  await page.keyboard.type(name, { delay: 30 });
}

/** Files that are not open are found through the index. The menu shows how it was when the menu was opened. */
async function indexed() {
  const { page, status } = workbench;
  const menu = page.locator('.quick-input-list');
  for (;;) {
    await status.click();
    await menu.locator('.monaco-list-row').first().waitFor();
    const done = (await menu.filter({ hasText: 'Index: up to date.' }).count()) > 0;
    while (await menu.locator('.monaco-list-row').first().isVisible()) {
      await page.keyboard.press('Escape');
      await page.waitForTimeout(100);
    }
    if (done) {
      return;
    }
    await page.waitForTimeout(500);
  }
}

const key = (name) => workbench.page.keyboard.press(name);

test('what follows is offered where it would be made, and two keys make it', async () => {
  // An edit that was made before the server had the file is none that anything follows.
  await workbench.status.locator('.codicon-flame').waitFor();
  await indexed();
  await workbench.open('shop.py');
  await lines.click({ position: { x: 300, y: 10 } });
  await rename('cost');
  await until('the offer', (text) => text.includes('cost') && text.includes('⇥ Tab'));
  await workbench.shots('next-edit', undefined, readable);
  await key('Tab');
  await key('Tab');
  await until('the hint', (text) => text.includes('⇥ Tab → line 86: price → cost'));
  await workbench.shots('next-edit-far');
  assert.equal((await workbench.saved('shop.py')).split('\n')[4], 'print(cost([1, 2]))');
});

test('a place out of sight is gone to and changed', async () => {
  await key('Tab');
  await until('the place', (text) => text.includes('cost') && !text.includes('line 86'));
  await key('Tab');
  await until('the next file', (text) => text.includes('⇥ Tab → till.py, line 1: price → cost'));
  await workbench.shot('next-edit-file');
  assert.equal((await workbench.saved('shop.py')).split('\n')[85], 'print("far", cost([3]))');
});

test('a file that is not open is opened, and changed when it has a version', async () => {
  await key('Tab');
  await workbench.page.locator('.tab.active[data-resource-name="till.py"]').waitFor();
  const offered = (text) => text.includes('cost') && text.includes('⇥ Tab');
  await until('the offer in line 1', offered, 'import price');
  await key('Tab');
  await until('the offer in line 3', offered, 'print(price([4]))');
  await key('Tab');
  await key('Tab');
  await until('nothing', (text) => text === '');
  assert.equal(await workbench.saved('till.py'), 'from shop import cost\n\nprint(cost([4]))\n');
});

test('each was one step to undo', async () => {
  await key('Control+z');
  assert.equal(await workbench.saved('till.py'), 'from shop import cost\n\nprint(price([4]))\n');
  await workbench.open('shop.py');
  await key('Control+z');
  assert.equal((await workbench.saved('shop.py')).split('\n')[85], 'print("far", price([3]))');
  await key('Control+Shift+z');
  assert.equal((await workbench.saved('shop.py')).split('\n')[85], 'print("far", cost([3]))');
});

test('what is dismissed stays away until the next edit, and Tab is Tab again', async () => {
  await rename('sum_of');
  await until('the offer', (text) => text.includes('sum_of'));
  await key('Escape');
  await until('nothing', (text) => text === '');
  await workbench.page.waitForTimeout(1500);
  assert.equal(await marks(), '');
  await key('Tab');
  assert.match(await workbench.saved('shop.py'), /^def sum_of +\(items\)/);
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

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
  await workbench.suggested();
  await workbench.shot('completion');
  await workbench.page.keyboard.press('Tab');
  await workbench.ghost.waitFor({ state: 'hidden' });
  const line = (await workbench.saved('shop/cart.py')).split('\n')[20];
  assert.match(line, /^ +total \+= \S+/);
});

test('an answer streams into the panel, with its sources and its speed', async () => {
  await workbench.shots('chat-empty', await workbench.panel());
  const turn = await workbench.ask('What does the class Cart do?');
  await turn.locator('.answer .block > *').first().waitFor();
  await turn.locator('.source', { hasText: 'shop/cart.py' }).waitFor();
  await answered(turn);
  assert.notEqual((await turn.locator('.answer').textContent()).trim(), '');
  assert.match(await turn.locator('.stats').textContent(), /^Hearth Tiny/);
  await workbench.shots('chat', await workbench.panel());
});

test('an answer is stopped', async () => {
  const panel = await workbench.panel();
  // The bundled model may be done before the key arrives; it seldom is twice.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const turn = await workbench.ask(`Write a long class with ${attempt + 20} methods, each with a docstring.`);
    while ((await turn.locator('.waiting').count()) > 0) {
      await panel.locator('#question').press('Escape');
    }
    await answered(turn);
    if ((await turn.getByText('Stopped').count()) > 0) {
      return;
    }
  }
  assert.fail('no answer was stopped');
});

test('a word of a suggestion is taken, then its line', async () => {
  await workbench.open('shop/text.py');
  await workbench.goTo(8);
  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.type('def longest(items, key):', { delay: 40 });
  await workbench.page.keyboard.press('Enter');
  await workbench.suggested();
  // Not by the palette: it would take the focus, and the suggestion would go.
  await workbench.page.keyboard.press('Control+ArrowRight');
  await workbench.page.keyboard.press('Control+ArrowDown');
  await workbench.ghost.waitFor({ state: 'hidden' });
  await workbench.page.waitForSelector('.tab.active.dirty');
  assert.match(await workbench.saved('shop/text.py'), /def longest\(items, key\):\n {4}\S+/);
});

test('why a suggestion came, and whether the installation is sound, can be read', async () => {
  const { page } = workbench;
  await workbench.command('Hearth: Why This Suggestion?');
  await (await workbench.preview('characters before the cursor')).getByRole('heading', { name: 'Time' }).waitFor();
  await workbench.shot('why');
  const overview = await workbench.overview('Hearth: Check the Installation');
  await overview.locator('#health').getByText('Hearth Tiny').first().waitFor();
  await workbench.shot('doctor');
  await page.locator('.tab[data-resource-name="text.py"]').click();
});

test('snoozed suggestions stay away until they are woken', async () => {
  const { page } = workbench;
  await workbench.command('Hearth: Snooze Suggestions');
  await page.locator('.quick-input-list .monaco-list-row[aria-label="5 minutes"]').click();
  await workbench.status.locator('.codicon-bell-slash').waitFor();
  await workbench.command('Hearth: End the Snooze');
  await workbench.status.locator('.codicon-bell-slash').waitFor({ state: 'detached' });
});

test('the menu tells how the index gets on, pauses it and lets it go on', async () => {
  const { page, status } = workbench;
  const row = (text) => page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  await status.click();
  await row('Pause indexing').waitFor();
  await page.locator('.quick-input-list', { hasText: 'Index: up to date.' }).waitFor();
  await workbench.shot('menu');
  await row('Pause indexing').click();
  await untilOffered('Resume indexing');
  await row('Resume indexing').click();
  await untilOffered('Pause indexing');
  await dismissed();
});

/** The menu is opened until it offers something: it shows how things were when it was opened. */
async function untilOffered(text) {
  const { page, status } = workbench;
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  const any = page.locator('.quick-input-list .monaco-list-row').first();
  for (let opened = 0; opened < 50; opened += 1) {
    await status.click();
    await any.waitFor();
    if ((await row.count()) > 0) {
      return;
    }
    await dismissed();
  }
  assert.fail(`the menu never offered "${text}"`);
}

/** Closes the menu. A key that comes before it has the focus is lost, so that one may not be enough. */
async function dismissed() {
  const { page } = workbench;
  const any = page.locator('.quick-input-list .monaco-list-row').first();
  while (await any.isVisible()) {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(100);
  }
}

test('suggestions are turned off for a language, and on again', async () => {
  const toggle = () => workbench.command('Hearth: Turn Suggestions Off or On for This Language');
  const offered = async (text) => {
    await untilOffered(text);
    await dismissed();
  };
  await toggle();
  await offered('Turn on for python');
  await toggle();
  await offered('Turn off for python');
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

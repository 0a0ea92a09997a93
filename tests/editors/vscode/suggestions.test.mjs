// Suggestions of the bundled model: words, lines and candidates of them, when they stay away, and what the status bar says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';

const USERS = `class User:
    def __init__(self, name):
        self._name = name

    @property
    def name(self):

`;
const ROOM = Array.from({ length: 150 }, (_, number) => [
  `rooms/room${number}.txt`,
  `Room ${number}\n\n${'A bed, a chair and a table.\n'.repeat(40)}`,
]);
let editor, workbench, page;

before(async () => {
  editor = await startEditor({ name: 'suggestions', files: { 'users.py': USERS, ...Object.fromEntries(ROOM) } });
  workbench = await openWorkbench(editor, 'suggestions');
  page = workbench.page;
  await workbench.open('users.py');
  await workbench.status.locator('.codicon-flame').waitFor();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

afterEach((context) => (context.passed ? undefined : workbench.shot(`suggestions-failed-${context.name.slice(0, 20)}`)));

const line = async (number) => (await workbench.saved('users.py')).split('\n')[number - 1];

/** The first line of the ghost text. */
async function ghost() {
  const parts = await page.locator('.view-line .ghost-text-decoration').allTextContents();
  return parts.join('').replaceAll('\u00a0', ' ');
}

/** An empty line below the header of the property, where a suggestion comes. */
async function begin() {
  await workbench.goTo(6);
  await page.keyboard.press('Enter');
  await workbench.suggested();
}

/** Waits until this stands in the line that `begin` made: what is taken comes after the key, and a save before it. */
async function cursorAfter(text) {
  await page.locator('.statusbar-item', { hasText: `Ln 7, Col ${8 + text.length + 1}` }).first().waitFor();
}

/** Removes what `begin` and the test wrote. */
async function end() {
  await page.keyboard.press('Escape');
  await workbench.goTo(7);
  await page.keyboard.press('Control+Shift+k');
  await page.waitForSelector('.tab.active.dirty');
  assert.equal(await workbench.saved('users.py'), USERS);
}

/** Asks by hand. Nothing comes; what a suggestion would take is waited for. */
async function nothing() {
  await workbench.goTo(6);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(1500);
  await page.keyboard.press('Alt+\\');
  await page.waitForTimeout(1500);
  assert.equal(await workbench.ghost.count(), 0);
}

test('a word is taken and the rest stays, then the line', async () => {
  await begin();
  const whole = await ghost();
  assert.match(whole, /^\S+ \S/);
  await workbench.shots('suggestion');
  await page.keyboard.press('Control+ArrowRight');
  const [word] = whole.match(/^\S+/);
  await cursorAfter(word);
  assert.equal(await line(7), `        ${word}`);
  await workbench.suggested();
  assert.equal((word + (await ghost())).replaceAll(' ', ''), whole.replaceAll(' ', ''));
  await page.keyboard.press('Control+ArrowDown');
  await cursorAfter(whole);
  assert.equal(await line(7), `        ${whole}`);
  await end();
});

test('asked by hand there are candidates to choose from', async () => {
  await workbench.goTo(6);
  await page.keyboard.press('Enter');
  // Where much can follow.
  await page.keyboard.type('value = ', { delay: 40 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+\\');
  await workbench.ghost.waitFor();
  const first = await ghost();
  const seen = new Set([first]);
  // They come with the answer, and the answer may come while the first is already shown.
  for (let tries = 0; tries < 50 && seen.size < 2; tries += 1) {
    await page.keyboard.press('Alt+]');
    await page.waitForTimeout(200);
    seen.add((await ghost()) || first);
  }
  assert.ok(seen.size >= 2, `only ${[...seen]}`);
  await workbench.shot('candidate');
  for (let tries = 0; (await ghost()) !== first; tries += 1) {
    assert.ok(tries < 50, 'the first one did not come back');
    await page.keyboard.press('Alt+[');
    await page.waitForTimeout(200);
  }
  await end();
});

test('nothing is suggested while suggestions are snoozed, nor in a language for which they are off', async () => {
  const toggle = () => workbench.command('Hearth: Turn Suggestions Off or On for This Language');
  await workbench.command('Hearth: Snooze Suggestions');
  await page.locator('.quick-input-list .monaco-list-row[aria-label="5 minutes"]').click();
  await workbench.status.locator('.codicon-bell-slash').waitFor();
  await nothing();
  await workbench.command('Hearth: End the Snooze');
  await workbench.status.locator('.codicon-flame').waitFor();
  await end();
  await begin();
  await end();
  await toggle();
  await page.waitForTimeout(1000);
  await nothing();
  await end();
  await toggle();
  await begin();
  await end();
});

test('the status bar tells of the model, whether it is warm, its speed and the index', async () => {
  const panel = await workbench.panel();
  await answered(await workbench.ask('What does User do?'));
  const speed = /(\d+) tokens\/s/.exec(await panel.locator('.turn .stats').last().textContent())[1];
  const tip = page.locator('.monaco-hover', { hasText: 'Completions: Hearth Tiny' }).first();
  await workbench.status.hover();
  await tip.waitFor();
  const text = (await tip.textContent()).replaceAll('\u00a0', ' ');
  assert.match(text, /^Ready\./);
  assert.match(text, /Chat: Hearth Tiny/);
  assert.match(text, new RegExp(`Last answer: ${speed} tokens/s`));
  assert.match(text, /Index: /);
  // Not by `shot`, which takes the pointer away.
  await page.screenshot({ path: join(process.env.HEARTH_VSCODE_OUT, 'status.png') });
  await page.mouse.move(640, 300);
  await tip.waitFor({ state: 'detached' });
  // All that it shows from now on.
  await workbench.status.evaluate((item) => {
    const note = () => globalThis.shown.add(`${item.querySelector('[aria-label]')?.ariaLabel ?? ''} ${item.innerHTML}`);
    globalThis.shown = new Set();
    new MutationObserver(note).observe(item, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const env = { ...process.env, HOME: editor.home, HEARTH_HOME: join(editor.home, 'hearth') };
  execFileSync(process.env.HEARTH_PROGRAM, ['engine', 'stop'], { env });
  await workbench.command('Hearth: Restart Server');
  const seen = (what) => page.waitForFunction((pattern) => [...globalThis.shown].some((each) => RegExp(pattern).test(each)), what);
  await seen('codicon-loading');
  await seen('Ready\\.[^]*codicon-flame');
  // Of a handful of files the index is there again before it is told how far it has come.
  for (let number = 0; number < 300; number += 1) {
    writeFileSync(join(editor.workspace, `more_${number}.py`), `def more_${number}(value):\n    return value\n`.repeat(20));
  }
  await workbench.command('Hearth: Rebuild the Index');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Rebuild' }).click();
  await seen('codicon-database[^]* \\d+%');
});

test('nothing outside this machine was asked for anything', () => {
  assert.deepEqual([...workbench.outside], []);
});

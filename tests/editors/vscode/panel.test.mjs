// The chat panel, with a stand-in for the model that writes what each test needs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { audit } from './audit.mjs';
import { startEditor } from './editor.mjs';
import { gate, startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const MARKDOWN = `**Cart** keeps the items and adds up their prices.

1. \`add\` puts an item in.
2. \`total\` adds up.

\`\`\`python
def total(self) -> float:
    return sum(item.price * item.quantity for item in self.items)
\`\`\`

| method | result |
|---|---|
| \`count\` | an integer |

> See [the documentation](https://docs.python.org/3/library/dataclasses.html).
`;

let model, editor, workbench, panel;

before(async () => {
  model = await startModel();
  editor = await startEditor({ name: 'panel', files: { ...FILES, 'broken.json': '{ "a": }\n' }, settings: model.settings });
  workbench = await openWorkbench(editor, 'panel');
  await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.open('shop/cart.py');
  panel = await workbench.panel();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

test('Markdown is drawn, with coloured code, in every theme, and axe finds nothing', async () => {
  model.answers = [MARKDOWN];
  const turn = await workbench.ask('What does the class Cart do?');
  await answered(turn);
  await turn.locator('.code .hljs-keyword').first().waitFor();
  assert.equal(await turn.locator('table td').count(), 2);
  assert.match(await turn.locator('.stats').textContent(), /tokens\/s · \d+ % of 32768 tokens of context/);
  await workbench.shots('panel', panel, () => audit(panel));
});

test('slash commands and files are completed', async () => {
  const field = panel.locator('#question');
  await field.fill('');
  await field.pressSequentially('/');
  await panel.locator('#suggestions li', { hasText: '/clear' }).waitFor();
  await workbench.shots('panel-commands', panel, () => audit(panel));
  await field.pressSequentially('te');
  await panel.locator('#suggestions li[aria-selected=true]', { hasText: '/tests' }).waitFor();
  await field.press('Tab');
  await field.pressSequentially('like @tex');
  await panel.locator('#suggestions li[aria-selected=true]', { hasText: 'text.py' }).waitFor();
  await workbench.shots('panel-mention', panel, () => audit(panel));
  await field.press('Enter');
  assert.equal(await field.inputValue(), '/tests like @shop/text.py ');
  model.answers = ['Tests.'];
  await field.press('Enter');
  const turn = panel.locator('.turn').nth(1);
  await answered(turn);
  await turn.locator('.source', { hasText: 'shop/text.py' }).waitFor({ state: 'attached' });
  assert.match(model.asked.at(-1).messages.at(-1).content, /^Write tests for the selected code\.\n\nlike @shop/);
});

test('a source is opened where it begins', async () => {
  const turn = panel.locator('.turn').nth(1);
  // Many sources are folded up.
  if ((await turn.locator('details[open]').count()) === 0) {
    await turn.locator('summary').click();
  }
  await turn.locator('.source', { hasText: 'shop/text.py' }).click();
  await workbench.page.locator('.tab.active[data-resource-name="text.py"]').waitFor();
  await workbench.open('shop/cart.py');
});

test('problems that the editor shows are mentioned', async () => {
  await workbench.open('broken.json');
  await workbench.page.locator('.squiggly-error').first().waitFor();
  const turn = await workbench.ask('Explain @problems');
  await answered(turn);
  const said = model.asked.at(-1).messages.at(-1).content;
  assert.match(said, /^Explain the problems\n\nProblems that the editor shows:\n```\n- broken\.json:1: error: /);
  await workbench.open('shop/cart.py');
});

test('an answer is stopped while the model writes; the model hears of it, the text stays', async () => {
  const slow = gate();
  model.answers = [slow];
  const turn = await workbench.ask('Go on and on.');
  slow.more('It begins');
  await turn.getByText('It begins').waitFor();
  assert.equal(await panel.locator('#send').textContent(), 'Stop');
  await panel.locator('#send').click();
  await turn.getByText('Stopped').waitFor();
  slow.more(' and goes on');
  slow.end();
  assert.equal((await turn.locator('.answer').textContent()).trim(), 'It begins');
  assert.equal(await panel.locator('#send').textContent(), 'Send');
});

test('what waits for an answer moves, unless the user wants no motion', async () => {
  const slow = gate();
  model.answers = [slow];
  const turn = await workbench.ask('Are you there?');
  const dot = turn.locator('.waiting span').first();
  const motion = () => dot.evaluate((element) => getComputedStyle(element).animationName);
  assert.notEqual(await motion(), 'none');
  await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
  assert.equal(await motion(), 'none');
  await workbench.page.emulateMedia({ reducedMotion: null });
  slow.more('Yes.');
  slow.end();
  await answered(turn);
});

test('all that a turn offers is reached by the keyboard alone', async () => {
  const { keyboard } = workbench.page;
  await panel.locator('#transcript').focus();
  const seen = [];
  for (let keys = 0; keys < 40 && seen.at(-1) !== 'Send'; keys += 1) {
    await keyboard.press('Tab');
    seen.push(await panel.evaluate(() => (document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()));
  }
  for (const name of ['Edit', 'Copy', 'Insert', 'Apply…', 'Again', 'Question', 'Attach a picture', 'Send']) {
    assert.ok(seen.includes(name), `${name} is not among ${seen.join(', ')}`);
  }
});

test('code is copied, and an answer', async () => {
  const copied = async (button) => {
    await workbench.page.evaluate(() => navigator.clipboard.writeText(''));
    await button.click();
    for (let tries = 0; tries < 100; tries += 1) {
      const text = await workbench.page.evaluate(() => navigator.clipboard.readText());
      if (text !== '') {
        return text.trim();
      }
      await workbench.page.waitForTimeout(100);
    }
    return assert.fail('nothing was copied');
  };
  const turn = panel.locator('.turn').first();
  const code = await copied(turn.locator('.code').getByRole('button', { name: 'Copy' }));
  assert.equal(code, /```python\n([^]*?)\n```/.exec(MARKDOWN)[1]);
  const answer = await copied(turn.locator('.foot').getByRole('button', { name: 'Copy' }));
  assert.equal(answer, MARKDOWN.trim());
});

test('a panel that is closed while the model writes loses nothing', async () => {
  const slow = gate();
  model.answers = [slow];
  await workbench.ask('And now?');
  slow.more('First half, ');
  await panel.getByText('First half').waitFor();
  await workbench.hidePanel();
  slow.more('second half, ');
  panel = await workbench.panel();
  const turn = panel.locator('.turn').last();
  await turn.getByText('First half, second half,').waitFor();
  slow.more('end.');
  slow.end();
  await answered(turn);
  assert.equal((await turn.locator('.answer').textContent()).trim(), 'First half, second half, end.');
});

test('a question is edited and asked again, and an answer made again', async () => {
  model.answers = ['Another one.', 'Yet another one.'];
  const turns = panel.locator('.turn');
  const count = await turns.count();
  await turns.last().hover();
  await turns.last().getByRole('button', { name: 'Edit' }).click();
  await turns.last().locator('textarea').fill('And then?');
  await turns.last().locator('textarea').press('Enter');
  await turns.last().getByText('Another one.').waitFor();
  await turns.last().getByRole('button', { name: 'Again' }).click();
  await turns.last().getByText('Yet another one.').waitFor();
  await answered(turns.last());
  assert.equal(await turns.count(), count);
  assert.equal(await turns.last().locator('.question-text').textContent(), 'And then?');
});

test('code is inserted at the cursor', async () => {
  await workbench.goTo(21);
  await panel.locator('.turn').first().getByRole('button', { name: 'Insert' }).click();
  await workbench.page.waitForSelector('.tab.active.dirty');
  const lines = (await workbench.saved('shop/cart.py')).split('\n');
  assert.equal(lines[20], 'def total(self) -> float:');
  await workbench.page.keyboard.press('Control+z');
  await workbench.page.waitForSelector('.tab.active.dirty');
  assert.equal(await workbench.saved('shop/cart.py'), FILES['shop/cart.py']);
});

test('code is shown as a diff, then accepted', async () => {
  await panel.locator('.turn').first().getByRole('button', { name: 'Apply' }).click();
  await workbench.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
  await workbench.page.locator('.editor-actions [aria-label^="Accept the Proposed"]').waitFor();
  await workbench.page.locator('.line-insert, .char-insert').first().waitFor();
  await workbench.shots('apply', panel, () => audit(panel));
  await workbench.page.locator('.editor-actions [aria-label^="Accept the Proposed"]').click();
  await workbench.page.locator('.tab.active[data-resource-name="cart.py"].dirty').waitFor();
  const text = await workbench.saved('shop/cart.py');
  const lines = FILES['shop/cart.py'].split('\n');
  const changed = [
    '    def total(self) -> float:',
    '        return sum(item.price * item.quantity for item in self.items)',
  ];
  assert.equal(text, [...lines.slice(0, 17), ...changed, ...lines.slice(22)].join('\n'));
});

const COMMANDS = {
  explain: /^Explain what the selected code does\./,
  fix: /^Find what is wrong in the selected code/,
  doc: /^Give the selected code with documentation added\./,
  refactor: /^Give the selected code, made simpler/,
};

test('every command asks for what it promises, about what is selected', async () => {
  await workbench.open('shop/text.py');
  await workbench.goTo(3);
  await workbench.page.keyboard.press('Home');
  await workbench.page.keyboard.press('Shift+End');
  model.answers = ['Done.'];
  for (const [command, asked] of Object.entries(COMMANDS)) {
    await answered(await workbench.ask(`/${command} briefly`));
    const { content } = model.asked.at(-1).messages.at(-1);
    assert.match(content, asked);
    assert.match(content, /briefly/);
    assert.match(JSON.stringify(model.asked.at(-1).messages), /-\\"\.join\(title/);
  }
  await workbench.open('shop/cart.py');
});

test('the text is as large as the editor shows it', async () => {
  const size = () => panel.locator('#question').evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize));
  const before = await size();
  const page = () => panel.locator('html').evaluate((html) => html.style.getPropertyValue('--vscode-font-size'));
  assert.equal(before, Number.parseFloat(await page()));
});

test('the chat in an editor tab is the same chat', async () => {
  await workbench.command('Hearth: Open Chat in an Editor Tab');
  await workbench.page.locator('.tab.active', { hasText: 'Hearth Chat' }).waitFor();
  const tab = await workbench.frameSoon((frame) => (frame === panel ? none(frame) : frame.locator('#composer #question')));
  // The page is there before the conversation is in it.
  await tab.locator('.turn').first().waitFor();
  assert.equal(await tab.locator('.turn').count(), await panel.locator('.turn').count());
  model.answers = ['To both.'];
  await tab.locator('#question').fill('Who hears this?');
  await tab.locator('#question').press('Enter');
  await tab.locator('.turn').last().getByText('To both.').waitFor();
  await panel.locator('.turn').last().getByText('To both.').waitFor();
  await workbench.shot('editor-tab');
  await workbench.command('View: Close All Editors');
  await workbench.page.locator('.tab', { hasText: 'Hearth Chat' }).waitFor({ state: 'detached' });
});

const none = (frame) => frame.locator('#nothing');

test('the chat is moved to the secondary side bar, and is the same chat', async () => {
  const { page } = workbench;
  const count = await panel.locator('.turn').count();
  const row = (text) => page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  await workbench.chosen('View: Move View', 'Chat');
  await row('New Secondary Side Bar Entry').click();
  await page.locator('.part.auxiliarybar', { hasText: 'Chat' }).waitFor();
  const moved = await workbench.frameSoon((frame) => (frame === panel ? none(frame) : frame.locator('.turn')));
  await moved.locator('.turn').nth(count - 1).waitFor();
  await workbench.shot('secondary-side-bar');
  await workbench.command('View: Reset View Locations');
  panel = await workbench.panel();
  await panel.locator('.turn').nth(count - 1).waitFor();
});

test('earlier chats are listed after a restart, searched, opened, exported and deleted', async () => {
  model.answers = ['Of another chat.'];
  await panel.locator('#question').fill('/clear');
  await panel.locator('#question').press('Enter');
  await panel.locator('#empty').waitFor();
  await answered(await workbench.ask('A question apart'));
  await workbench.load();
  panel = await workbench.panel();
  await panel.getByText('Of another chat.').waitFor();
  await workbench.command('Hearth: Show Chats');
  const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
  await rows.nth(1).waitFor();
  await workbench.shots('history');
  await workbench.page.keyboard.type('class Cart');
  await rows.filter({ hasText: 'A question apart' }).waitFor({ state: 'hidden' });
  await workbench.page.keyboard.press('Enter');
  await panel.locator('.code .hljs-keyword').first().waitFor();
  await workbench.command('Hearth: Export Chat as Markdown');
  await workbench.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
  await workbench.page.locator('.view-line', { hasText: '# What does the class Cart do?' }).waitFor();
  await workbench.command('Hearth: Show Chats');
  const old = rows.filter({ hasText: 'A question apart' });
  await old.hover();
  await old.locator('[aria-label="Rename"]').click();
  const input = workbench.page.locator('.quick-input-widget input').first();
  await workbench.page.locator('.quick-input-title', { hasText: 'Rename Chat' }).waitFor();
  await input.fill('Another name');
  await input.press('Enter');
  await workbench.page.locator('.quick-input-title', { hasText: 'Rename Chat' }).waitFor({ state: 'hidden' });
  await workbench.command('Hearth: Show Chats');
  const other = rows.filter({ hasText: 'Another name' });
  await other.hover();
  await other.locator('[aria-label="Delete"]').click();
  await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
  await other.waitFor({ state: 'hidden' });
});

// Ghost text while the model writes it: the first line at once, then more of it, and never less.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { openWorkbench } from './workbench.mjs';

const BODY = ['total = 0', '    for item in items:', '        total += item.price', '    return total'];
const SCRIPT = `[completion]\nchunk_chars = 4\ndelay_ms = 150\ntext = ${JSON.stringify(BODY.join('\n'))}\n`;
const spaced = (text) => text.replace(/\s+/g, ' ').trim();
let editor, workbench, page;

before(async () => {
  const settings = { 'hearth.index.enabled': false, 'hearth.completion.prefetch': false };
  editor = await startEditor({ name: 'streaming', files: { 'shop.py': 'def price(items):\n' }, settings });
  const script = join(editor.home, 'script.toml');
  writeFileSync(script, SCRIPT);
  editor.machine({ 'hearth.models.completion': `scripted:${script}`, 'hearth.models.chat': `scripted:${script}` });
  workbench = await openWorkbench(editor, 'streaming');
  page = workbench.page;
  await workbench.status.locator('.codicon-flame').waitFor();
  await workbench.open('shop.py');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

test('a suggestion grows while the model writes, and is never away meanwhile', async () => {
  await workbench.goTo(1);
  // What a frame showed is what stands there right after it: the editor draws in frames.
  await page.evaluate(() => {
    globalThis.shown = [];
    const look = () => {
      const all = ['.ghost-text-decoration', '.suggest-preview-text .view-line'].map((each) => document.querySelectorAll(each));
      const text = all.flatMap((parts) => [...parts]).map((each) => each.textContent).join(' ');
      if (text !== globalThis.shown.at(-1)) {
        globalThis.shown.push(text);
      }
    };
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = look;
    const frame = () => {
      port1.postMessage('');
      requestAnimationFrame(frame);
    };
    frame();
  });
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /return\s+total$/.test(globalThis.shown.at(-1)));
  const texts = (await page.evaluate(() => globalThis.shown)).map(spaced);
  const grown = texts.slice(texts.findIndex((each) => each !== ''));
  // The header of a loop alone would be no syntax.
  assert.deepEqual(grown, [BODY[0], spaced(BODY.slice(0, 3).join(' ')), spaced(BODY.join(' '))]);
  await workbench.shots('suggestion-lines');
  await page.keyboard.press('Tab');
  await workbench.ghost.waitFor({ state: 'hidden' });
  assert.equal((await workbench.saved('shop.py')).trimEnd(), `def price(items):\n    ${BODY.join('\n')}`);
});

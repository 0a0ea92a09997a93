// What becomes of suggestions goes back to the server, the parts too.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { openWorkbench } from './workbench.mjs';

const TEXT = 'price + tax';
// The server, which notes what it is told of suggestions.
const NOTING = `import json, os
from hearth.lsp.completions import Completions
told = Completions.told
def noting(self, name, outcome, accepted=0):
    with open(os.environ["NOTES"], "a") as file:
        file.write(json.dumps([outcome.value, accepted]) + chr(10))
    told(self, name, outcome, accepted)
Completions.told = noting
from hearth.cli.main import main
main()`;
let editor, workbench, page, notes;

before(async () => {
  editor = await startEditor({ name: 'outcomes', files: { 'shop.py': '\n\n' }, program: '/nowhere/hearth' });
  const path = (name) => join(editor.home, name);
  notes = path('notes');
  writeFileSync(path('noting.py'), NOTING);
  const python = process.env.HEARTH_PROGRAM.replace(/hearth$/, 'python');
  writeFileSync(path('server'), `#!/bin/sh\nNOTES=${notes} exec ${python} ${path('noting.py')} "$@"\n`);
  chmodSync(path('server'), 0o755);
  writeFileSync(path('script.toml'), `[completion]\ntext = ${JSON.stringify(TEXT)}\n`);
  editor.machine({
    'hearth.server.path': path('server'),
    'hearth.models.completion': `scripted:${path('script.toml')}`,
    'hearth.models.chat': `scripted:${path('script.toml')}`,
    'hearth.index.enabled': false,
    'hearth.completion.prefetch': false,
  });
  workbench = await openWorkbench(editor, 'outcomes');
  page = workbench.page;
  await workbench.status.locator('.codicon-flame').waitFor();
  await workbench.open('shop.py');
  await workbench.goTo(1);
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

/** What the server was told since the last time, once that is something. */
let seen = 0;
async function told() {
  for (let tries = 0; tries < 300; tries += 1) {
    const text = await Promise.resolve().then(() => readFileSync(notes, 'utf8')).catch(() => '');
    const all = text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
    if (all.length > seen) {
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh;
    }
    await page.waitForTimeout(100);
  }
  return assert.fail('the server was told nothing');
}

/** Begins a line at which a suggestion comes. */
async function begin() {
  await page.keyboard.type('due = ', { delay: 60 });
  await workbench.ghost.waitFor();
}

test('words and lines that are taken are told, with their length, and so is the whole', async () => {
  await begin();
  await page.keyboard.press('Control+ArrowRight');
  assert.deepEqual(await told(), [['accepted', 'price'.length]]);
  await workbench.ghost.waitFor();
  await page.keyboard.press('Control+ArrowDown');
  const [last, ...more] = (await told()).toReversed();
  assert.deepEqual(last, ['accepted', 0]);
  assert.ok(more.every(([outcome]) => outcome === 'accepted'));
  await page.keyboard.press('Enter');
  await begin();
  await page.keyboard.press('Tab');
  assert.deepEqual((await told()).at(-1), ['accepted', 0]);
  assert.match(await workbench.saved('shop.py'), /^due = price \+ tax\ndue = price \+ tax\n/);
});

test('a suggestion that is dismissed was rejected, one that is left ignored; what is typed is not told', async () => {
  await page.keyboard.press('Enter');
  await begin();
  await page.keyboard.press('Escape');
  await workbench.ghost.waitFor({ state: 'hidden' });
  assert.deepEqual(await told(), [['rejected', 0]]);
  await page.keyboard.press('Enter');
  await begin();
  await page.keyboard.type('p', { delay: 60 });
  await workbench.ghost.waitFor();
  await page.keyboard.press('ArrowUp');
  await workbench.ghost.waitFor({ state: 'hidden' });
  assert.deepEqual(await told(), [['ignored', 0]]);
});

// What the extension costs the start of the editor. Its time is printed, for it depends on the machine; what it loads is
// the same everywhere, and bounded.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

/** Bytes of the code that is read and run. The language client is five times as much, and comes later. */
const MOST = 130_000;

let editor, workbench;

before(async () => {
  editor = await startEditor({ name: 'activation', files: FILES, settings: { 'hearth.index.enabled': false } });
  workbench = await openWorkbench(editor, 'activation');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

test('the editor tells how long the activation took', async (context) => {
  const times = [];
  for (let start = 0; start < 3; start += 1) {
    await workbench.status.waitFor();
    await workbench.command('Developer: Show Running Extensions');
    const row = workbench.page.locator('.monaco-list-row', { hasText: /Hearth.*Activation/s }).first();
    const text = await row.textContent();
    await workbench.shot('activation');
    times.push(Number(/Activation: (\d+)\s*ms/.exec(text)?.[1]));
    await workbench.load();
  }
  context.diagnostic(`activated in ${times.join(', ')} ms`);
  assert.ok(times.every(Number.isFinite), `${times}`);
});

test('what is loaded to activate it is small', () => {
  const extensions = join(editor.home, 'extensions');
  const own = readdirSync(extensions).find((name) => name.startsWith('hearth-ls.hearth'));
  const bytes = statSync(join(extensions, own, 'dist/extension.js')).size;
  assert.ok(bytes < MOST, `${bytes} bytes`);
});

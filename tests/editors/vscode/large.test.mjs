// A file of 50,000 lines, with the real server and engine: what a key costs does not grow with it.
import assert from 'node:assert/strict';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';

const PROGRAM = process.env.HEARTH_PROGRAM;
const LINES = 50_000;
/** Bytes from the editor to the server that a key may cost: changes, requests, and what is on the screen. */
const KEY = 8_000;

/** Functions of five lines each; the last one is where the typing is. */
function large() {
  const lines = [];
  for (let n = 0; lines.length < LINES - 5; n += 1) {
    lines.push(`def part_${n}(first, second):`, `    """Part ${n} of a large file."""`, `    total = first + second * ${n}`, '    return total', '');
  }
  lines.push('def total_of(items):', '    total = 0', '    for item in items:', '', '    return total');
  return lines.join('\n');
}

let editor, workbench, heard;

before(async () => {
  const text = large();
  assert.equal(text.split('\n').length, LINES);
  editor = await startEditor({
    name: 'large',
    files: { 'large.py': text },
    settings: { 'hearth.chat.maxTokens': 16, 'hearth.edits.maxTokens': 64 },
  });
  // All that the editor tells the server goes through a file on its way.
  heard = join(editor.home, 'heard');
  const program = join(editor.home, 'hearth-heard');
  writeFileSync(program, `#!/bin/sh\ncase $1 in\n  lsp) tee ${heard} | ${PROGRAM} "$@" ;;\n  *) exec ${PROGRAM} "$@" ;;\nesac\n`);
  chmodSync(program, 0o755);
  editor.machine({ 'hearth.server.path': program });
  workbench = await openWorkbench(editor, 'large');
  await workbench.open('large.py');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

test('a suggestion comes, and a key costs little', async () => {
  const { keyboard } = workbench.page;
  await workbench.goTo(LINES - 1);
  await keyboard.type('        total += ', { delay: 60 });
  await workbench.suggested();
  await workbench.shot('large-suggestion');
  const sent = statSync(heard).size;
  assert.ok(sent > large().length, 'the file was told once');
  assert.ok(sent < 1.5 * large().length, `and not twice: ${sent} bytes`);
  const keys = 'some_thing_else';
  await keyboard.type(keys, { delay: 60 });
  assert.ok((await workbench.saved('large.py')).includes(keys));
  const cost = (statSync(heard).size - sent) / keys.length;
  assert.ok(cost < KEY, `${cost} bytes a key`);
});

test('code actions are offered', async () => {
  await workbench.quick('Control+g', ':25001');
  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.press('Control+.');
  await workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'Explain this file' }).waitFor();
  await workbench.shot('large-actions');
  await workbench.page.keyboard.press('Escape');
});

test('a question about it is answered', async () => {
  const turn = await workbench.ask('What is this?');
  await answered(turn);
  assert.deepEqual(await turn.locator('.problem').allTextContents(), []);
});

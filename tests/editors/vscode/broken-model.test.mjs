// A model that cannot be loaded, with the real engine: gone before the start, gone while it runs, larger than the memory.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync, truncateSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { audit } from './audit.mjs';
import { processes, startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const PYTHON = process.env.HEARTH_PROGRAM.replace(/hearth$/, 'python');
const BUNDLED = execFileSync(PYTHON, [
  '-c',
  'from hearth.catalog.select import resolve_model; print(resolve_model("bundled", None))',
])
  .toString()
  .trim();
let editor, workbench, toast, file, giant;

before(async () => {
  const settings = { 'hearth.engine.model': '/nowhere/model.gguf', 'hearth.chat.maxTokens': 16 };
  editor = await startEditor({ name: 'broken-model', files: FILES, settings: { ...settings, 'hearth.index.enabled': false } });
  file = join(editor.home, 'own.gguf');
  giant = join(editor.home, 'giant.gguf');
  workbench = await openWorkbench(editor, 'broken-model');
  toast = (text) => workbench.page.locator('.notification-toast', { hasText: text }).first();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
});

/** The problem of a turn, once it has this text. */
const problem = (turn, text) => turn.locator('.problem', { hasText: text });

test('a model file that is not there is told, and the models are one click away', async () => {
  const message = toast('There is no model file /nowhere/model.gguf');
  await message.getByText('Open Models').waitFor();
  await workbench.shot('model-missing');
  await message.getByText('Open Models').click();
  await workbench.frameSoon((frame) => frame.locator('#models .rows'));
  await workbench.command('View: Close All Editors');
  const turn = await workbench.ask('What is this?');
  await problem(turn, 'There is no model file').getByRole('button', { name: 'Open Models' }).click();
  await workbench.frameSoon((frame) => frame.locator('#models .rows'));
  await workbench.shot('model-missing-chat');
  await workbench.command('View: Close All Editors');
  await audit(await workbench.panel());
});

test('the same question is answered once there is a model', async () => {
  copyFileSync(BUNDLED, file);
  editor.machine({ 'hearth.engine.model': file });
  const panel = await workbench.panel();
  // The settings are watched, not asked for: until they are read, the old model is still missing.
  await again(panel, 1);
  assert.equal(await panel.locator('.turn').count(), 1);
});

test('a file that goes while the model is loaded changes nothing until it must be loaded again', async () => {
  rmSync(file);
  await finished(await workbench.ask('And now?'));
  process.kill(workerOf(editor.home), 'SIGKILL');
  const turn = await workbench.ask('And after that?');
  await problem(turn, 'There is no model file').getByRole('button', { name: 'Open Models' }).waitFor();
  await workbench.shot('model-gone');
  editor.machine({ 'hearth.engine.model': 'bundled' });
  const panel = await workbench.panel();
  await again(panel, 3);
  assert.equal(await panel.locator('.turn').count(), 3);
  assert.equal(await panel.locator('.turn .problem').count(), 0);
});

test('a model that is larger than the memory is not tried, and a smaller one can be chosen', async () => {
  copyFileSync(BUNDLED, giant);
  // Sparse: it takes no room on the disk.
  truncateSync(giant, 2 * totalmem());
  editor.machine({ 'hearth.engine.model': giant });
  const message = toast('giant.gguf takes');
  await message.getByText('Open Models').waitFor();
  const turn = await workbench.ask('Does this fit?');
  await problem(turn, 'Choose a smaller model.').getByRole('button', { name: 'Open Models' }).waitFor();
  await workbench.shot('model-too-large');
  assert.equal(await (await workbench.panel()).locator('.turn').count(), 4);
});

/** Tries the last of so many questions again until it is answered; meanwhile it may be away. */
async function again(panel, turns) {
  const last = panel.locator('.turn').nth(turns - 1);
  // Of an answer that failed there is nothing to copy, so it has no tools.
  const tools = last.locator('.foot .tools:not(:empty)');
  for (;;) {
    await tools.or(last.locator('.problem')).first().waitFor();
    if (await tools.isVisible()) {
      break;
    }
    // The button is gone as soon as the question is asked again, which may be by the click before.
    await last.getByRole('button', { name: 'Try Again' }).click({ timeout: 2_000 }).catch(() => undefined);
  }
  await finished(last);
}

/** Waits for an answer that is one. */
async function finished(turn) {
  await answered(turn);
  assert.equal(await turn.locator('.problem').count(), 0);
  assert.notEqual((await turn.locator('.answer').textContent()).trim(), '');
}

/** Process of the engine that holds the model, whose home is below `home`. */
function workerOf(home) {
  const [found] = processes(home, 'hearth.engine.worker');
  assert.ok(found !== undefined, 'no engine runs');
  return found;
}

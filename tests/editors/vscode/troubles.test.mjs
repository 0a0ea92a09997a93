// What can go wrong with the server: each has a message with a button that helps, and nothing of a chat is lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { processes, startEditor } from './editor.mjs';
import { gate, startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const PROGRAM = process.env.HEARTH_PROGRAM;
let model, editor, workbench, toast;

before(async () => {
  model = await startModel();
  const settings = { 'hearth.models.chat': 'openai', 'hearth.openai.baseUrl': model.url, 'hearth.completion.enabled': false };
  // Else a terminal is a picture, in which no text is found.
  const user = { 'terminal.integrated.gpuAcceleration': 'off' };
  editor = await startEditor({ name: 'troubles', files: FILES, settings, user, program: '/nowhere/hearth' });
  workbench = await openWorkbench(editor, 'troubles');
  toast = (text) => workbench.page.locator('.notification-toast', { hasText: text }).first();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

/** A program in the place of the server, which is written as a shell script. */
function script(name, text) {
  const path = join(editor.home, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a server that is missing can be installed or chosen', async () => {
  await toast('which is not a program').getByText('Install…').waitFor();
  await workbench.shot('server-missing');
  const turn = await workbench.ask('Is anybody there?');
  const problem = turn.locator('.problem', { hasText: 'not running' });
  await problem.getByRole('button', { name: 'Restart Server' }).waitFor();
  assert.deepEqual(await problem.getByRole('button').allTextContents(), [
    'Try Again',
    'Restart Server',
    'Check the Installation',
    'Show Log',
  ]);
  assert.equal(await turn.getByRole('button', { name: 'Again', exact: true }).count(), 0);
  // The command is typed, and to run it is the user's own decision.
  await toast('which is not a program').getByRole('button', { name: 'Install…' }).click();
  await workbench.page.locator('.xterm-rows', { hasText: /(uv tool|pipx|pip) install [^]*hearth-ls\[engine\]/ }).waitFor();
  await workbench.shot('server-install');
  await workbench.command('Terminal: Kill All Terminals');
  await workbench.command('Notifications: Clear All Notifications');
});

test('a server that crashes at its start says so, and the log is one click away', async () => {
  editor.machine({ 'hearth.server.path': script('crashing', 'echo "ModuleNotFoundError: pygls" >&2; exit 1') });
  const message = toast('ended before it was ready');
  await message.getByText('Restart').waitFor();
  await message.getByText('Show Log').click();
  await workbench.page.locator('.output-view-container, .panel .view-lines').getByText('ModuleNotFoundError').first().waitFor();
  await workbench.shot('server-crashed');
  await workbench.command('View: Toggle Panel Visibility');
});

test('a server that is too old is used, and can be updated', async () => {
  const old = `exec ${PROGRAM.replace(/hearth$/, 'python')} -c "import hearth; hearth.__version__ = '0.0.9'; from hearth.cli.main import main; main()" "$@"`;
  editor.machine({ 'hearth.server.path': script('old', old) });
  await toast('0.0.9 is too old').getByText('Update…').waitFor();
  await workbench.shot('server-old');
  await workbench.command('Notifications: Clear All Notifications');
});

test('a server that is killed while the model writes is started again; what was written stays', async () => {
  const slow = gate();
  model.answers = [slow, 'The whole answer.'];
  let turn = await workbench.ask('Tell me.');
  slow.more('Half an answer');
  await turn.getByText('Half an answer').waitFor();
  process.kill(serverOf(editor.home), 'SIGKILL');
  await turn.locator('.problem', { hasText: 'ended before the answer did' }).waitFor();
  slow.end();
  assert.match(await turn.locator('.answer').textContent(), /Half an answer/);
  await workbench.shot('server-killed');
  await turn.locator('.problem').getByRole('button', { name: 'Try Again' }).click();
  turn = (await workbench.panel()).locator('.turn').last();
  await turn.getByText('The whole answer.').waitFor();
  await answered(turn);
  assert.equal((await turn.locator('.answer').textContent()).trim(), 'The whole answer.');
});

/** Process of the language server whose home is below `home`. */
function serverOf(home) {
  const [found] = processes(home, 'lsp');
  assert.ok(found !== undefined, execFileSync('ps', ['-ef']).toString());
  return found;
}

// A workspace that nobody trusts: its own settings count for nothing, it is not indexed, and git is not run in it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const OWN = {
  '.hearth/settings.toml': '[chat]\nmax_tokens = 77\n',
  '.vscode/settings.json': '{ "hearth.chat.maxTokens": 99 }\n',
};
// git itself tells of its calls there.
const TRACE = join(process.env.HEARTH_VSCODE_OUT, 'trust.git.log');
let model, editor, workbench, page;

before(async () => {
  model = await startModel();
  process.env.GIT_TRACE2_EVENT = TRACE;
  const user = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  editor = await startEditor({ name: 'trust', files: { ...FILES, ...OWN }, settings: model.settings, user });
  mkdirSync(join(editor.workspace, '.git'));
  workbench = await openWorkbench(editor, 'trust');
  page = workbench.page;
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

afterEach((context) => (context.passed ? undefined : workbench.shot(`trust-failed-${context.name.slice(0, 20)}`)));

/** Most tokens that the model was asked for. */
async function wanted(question) {
  await answered(await workbench.ask(question));
  return model.asked.at(-1).max_tokens;
}

/** Calls of git in the workspace. */
function calls() {
  const lines = existsSync(TRACE) ? readFileSync(TRACE, 'utf8').split('\n') : [];
  return lines.filter((line) => line.includes(editor.workspace));
}

const index = async () => (await workbench.overview('Hearth: Show the Index')).locator('#index');

test('nothing of its own settings is applied, it is not indexed, and git is not run', async () => {
  await workbench.status.locator('.codicon-flame').waitFor();
  const most = await wanted('What does @shop/text.py do?');
  assert.ok(most > 99, `${most}`);
  assert.match(model.asked.at(-1).messages.at(-1).content, /def slug/);
  const turn = await workbench.ask('Explain @diff');
  await turn.getByText('not trusted').first().waitFor();
  await answered(turn);
  await (await index()).getByText('Off. The workspace is not trusted.').waitFor();
  await workbench.shot('untrusted');
  assert.deepEqual(calls(), []);
});

test('once it is trusted its settings count, and it is indexed', async () => {
  await workbench.command('Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).first().click();
  await (await index()).getByText('Up to date.').waitFor();
  assert.equal(await wanted('And now?'), 99);
  assert.notDeepEqual(calls(), []);
  rmSync(join(editor.workspace, '.vscode/settings.json'));
  let most = 99;
  for (let tries = 0; most === 99 && tries < 20; tries += 1) {
    most = await wanted(`And after ${tries}?`);
  }
  assert.equal(most, 77);
});

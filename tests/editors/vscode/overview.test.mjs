// The models of this machine: shown, installed from a stand-in for a host of files, stopped, used, removed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { audit } from './audit.mjs';
import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const BUNDLED = new URL('../../../server/hearth/catalog/bundled/hearth-tiny.gguf', import.meta.url);

let host, editor, workbench, page, folder, offer;

before(async () => {
  host = await startHost(readFileSync(BUNDLED));
  editor = await startEditor({ name: 'overview', files: FILES, settings: { 'hearth.completion.enabled': false } });
  const config = join(editor.home, 'hearth/config');
  folder = join(editor.home, 'hearth/data/models');
  mkdirSync(config, { recursive: true });
  const entry = (name, address) =>
    `["${name}"]\ntitle = "${name}"\nabout = "The bundled model under another name."\nlicence = "Apache-2.0"\nurl = "${address}"\nsha256 = "${host.sha256}"\nsize = ${host.size}\n`;
  offer = () =>
    writeFileSync(join(config, 'models.toml'), entry('sample', host.url) + entry('offline', 'http://127.0.0.1:1/model.gguf'));
  workbench = await openWorkbench(editor, 'overview');
  await workbench.page.locator('.activitybar [aria-label^="Hearth"]').first().waitFor();
  page = await workbench.overview('Hearth: Models');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  host?.stop();
});

afterEach((context) => (context.passed ? undefined : workbench.shot(`overview-failed-${context.name.slice(0, 20)}`)));

const row = (name) => page.locator(`[data-model="${name}"]`);
const button = (name, label) => row(name).getByRole('button', { name: label });

test('models are shown with what they would be here, in every theme, and axe finds nothing', async () => {
  await row('bundled').getByText('✓ completions').waitFor();
  await row('qwen2.5-coder-7b').getByText('4.7 GB to download').waitFor();
  await row('qwen2.5-coder-7b').getByText(/about [\d.]+ tokens\/s here/).waitFor();
  await workbench.shots('models', page, () => audit(page));
  offer();
  page = await workbench.overview('Hearth: Models');
  await row('sample').waitFor();
});

test('without a network an installation fails with a way on', async () => {
  await button('offline', 'Install offline').click();
  const alert = row('offline').getByRole('alert');
  await alert.getByText('Is this machine online?').waitFor();
  await audit(page);
  await alert.scrollIntoViewIfNeeded();
  await workbench.shots('models-offline', page, () => audit(page));
  await alert.getByRole('button', { name: 'Try Again' }).click();
  await alert.getByText('Is this machine online?').waitFor();
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await button('offline', 'Install offline').waitFor();
});

test('an installation shows how it gets on, and leaves nothing when it is cancelled', async () => {
  host.hold();
  await button('sample', 'Install sample').focus();
  await workbench.page.keyboard.press('Enter');
  await row('sample').getByText(/Downloading · \d+ MB of 7 MB/).waitFor();
  await workbench.shots('models-installing', page, () => audit(page));
  await workbench.command('View: Close All Editors');
  page = await workbench.overview('Hearth: Models');
  await row('sample').getByText(/Downloading · \d+ MB of 7 MB/).waitFor();
  await button('sample', 'Cancel the installation of sample').click();
  await button('sample', 'Install sample').waitFor();
  for (let tries = 0; tries < 100 && readdirSync(folder).length > 0; tries += 1) {
    await workbench.page.waitForTimeout(100);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('an installed model is used and answers, and is removed', async () => {
  host.release();
  await button('sample', 'Install sample').click();
  await button('sample', 'Use for chat: sample').click();
  await row('sample').getByText('✓ chat').waitFor();
  const answer = await workbench.ask('Write a function that adds two numbers.');
  await answered(answer);
  assert.equal(await answer.locator('.problem').count(), 0);
  page = await workbench.overview('Hearth: Models');
  await row('sample').getByText('measured here').waitFor();
  await button('sample', 'Use for completions: sample').click();
  await row('sample').getByText('✓ completions').waitFor();
  await audit(page);
  await button('sample', 'Remove sample').click();
  await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
  await button('sample', 'Install sample').waitFor();
  await row('bundled').getByText('✓ chat').waitFor();
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual([...workbench.outside], []);
});

test('the index is paused, resumed and built anew', async () => {
  page = await workbench.overview('Hearth: Show the Index');
  const index = page.locator('#index');
  await index.getByText('Up to date.').waitFor();
  await index.getByRole('button', { name: 'Pause' }).click();
  await index.getByText('Paused.').waitFor();
  // The indexer itself comes to a stop when it has something to do, and says so.
  await index.getByRole('button', { name: 'Look for Changes' }).click();
  await workbench.shots('index', page, () => audit(page));
  assert.equal(await index.locator('p').textContent(), 'Paused.');
  await index.getByRole('button', { name: 'Resume' }).click();
  await index.getByText('Up to date.').waitFor();
  const files = readdirSync(join(editor.home, 'hearth/cache/index'));
  const mark = join(editor.home, 'hearth/cache/index', files[0], 'of-the-old-one');
  writeFileSync(mark, '');
  await index.getByRole('button', { name: 'Rebuild…' }).click();
  await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Rebuild' }).click();
  for (let tries = 0; tries < 300 && existsSync(mark); tries += 1) {
    await workbench.page.waitForTimeout(100);
  }
  assert.ok(!existsSync(mark));
  await index.getByText('Up to date.').waitFor();
});

test('each finding of the doctor can be mended from where it is shown', async () => {
  writeFileSync(join(editor.home, 'hearth/config/settings.toml'), '[chat]\nmax_tokens = "many"\n');
  await workbench.command('Hearth: Restart Server');
  page = await workbench.overview('Hearth: Check the Installation');
  const health = page.locator('#health');
  const finding = health.locator('.finding', { hasText: 'max_tokens' });
  await finding.waitFor();
  await health.getByRole('heading', { name: 'Health' }).waitFor();
  await workbench.shots('health', page, () => audit(page));
  // That of the model that was removed was ended with it.
  assert.ok((await health.locator('.finding', { hasText: /^.*Engine.*runs/ }).count()) <= 1);
  await health.locator('.finding', { hasText: 'bundled model' }).getByRole('button').click();
  await page.locator('#models-title:focus').waitFor();
  await finding.getByRole('button', { name: 'Open the File' }).click();
  await workbench.page.locator('.tab.active[data-resource-name="settings.toml"]').waitFor();
});

/** A host of one file, which sends its first half and then waits while it is held. */
async function startHost(content) {
  let release = () => undefined;
  let held = Promise.resolve();
  const server = createServer(async (request, response) => {
    const half = Math.floor(content.length / 2);
    response.setHeader('content-length', content.length);
    response.write(content.subarray(0, half));
    await held;
    response.end(content.subarray(half));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/model.gguf`,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
    hold: () => (held = new Promise((resolve) => (release = resolve))),
    release: () => release(),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// What a model may write by mistake or because a file told it to, in the real panel: nothing runs, nothing is fetched.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let model, trap, editor, workbench;

before(async () => {
  model = await startModel();
  trap = await startModel();
  const settings = { 'hearth.models.chat': 'openai', 'hearth.openai.baseUrl': model.url, 'hearth.completion.enabled': false };
  editor = await startEditor({ name: 'hostile', files: FILES, settings });
  workbench = await openWorkbench(editor, 'hostile');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
  trap?.stop();
});

test('nothing that a model writes runs or fetches', async () => {
  const at = (name) => new URL(`/${name}`, trap.url).href;
  const run = (name) => `top.document.title = 'ran ${name}'; fetch('${at(name)}')`;
  model.answers = [
    [
      'Before.',
      `<img src=x onerror="${run('image')}"> <script>${run('script')}</script>`,
      `![pixel](${at('pixel.png')}) <img src="${at('raw.png')}"> <iframe src="${at('frame')}"></iframe>`,
      `[link](javascript:${encodeURIComponent(run('link'))}) [command](command:workbench.action.quit)`,
      `<style>@import "${at('style.css')}"; body { background: url(${at('background')}) }</style>`,
      `<svg onload="${run('svg')}"></svg> <a href="javascript:${run('anchor')}">x</a>`,
      '```html\n</code></pre></script><script>' + run('code') + '</script>\n```',
      `| a |\n|---|\n| <img src=x onerror="${run('cell')}"> |`,
      'After.',
    ].join('\n\n'),
  ];
  const turn = await workbench.ask('What is this?');
  await answered(turn);
  await turn.getByText('After.').waitFor();
  const panel = await workbench.panel();
  assert.deepEqual(
    await panel.locator('.answer').evaluate((answer) =>
      [...answer.querySelectorAll('img, script, iframe, style, svg, link, object, embed, form, [onerror], [onload]')].map(
        (each) => each.outerHTML,
      ),
    ),
    [],
  );
  const addresses = await panel.locator('.answer [data-link]').evaluateAll((links) => links.map((link) => link.dataset.link));
  assert.ok(addresses.includes(at('pixel.png')), 'a picture is a link');
  assert.deepEqual(
    addresses.filter((address) => !address.startsWith('http:')),
    [],
  );
  // Even a script that somehow got in would not run: the page's policy is asked by trying.
  await panel.evaluate((address) => {
    const [script, image] = [document.createElement('script'), document.createElement('img')];
    script.textContent = "top.document.title = 'ran inline'";
    image.src = address;
    image.setAttribute('onerror', "top.document.title = 'ran handler'");
    document.body.append(script, image);
  }, at('policy.png'));
  await workbench.page.waitForFunction(() => true);
  await workbench.shot('hostile');
  assert.doesNotMatch(await workbench.page.title(), /ran/);
  assert.deepEqual(trap.strange, []);
  assert.deepEqual([...workbench.outside], []);
});

test('a web link asks before it leads outside', async () => {
  model.answers = ['See [this](https://example.invalid/page).'];
  const turn = await workbench.ask('Where?');
  await answered(turn);
  await turn.locator('.answer [data-link]').click();
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByText('https://example.invalid/page').waitFor();
  await workbench.shot('link');
  await workbench.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(workbench.page.context().pages().length, 1);
  assert.deepEqual([...workbench.outside], []);
});

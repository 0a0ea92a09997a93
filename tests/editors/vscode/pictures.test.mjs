// Pictures in questions: attached by paste, drop and choice, shown, removed, sent; refused where the model does not see.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { audit } from './audit.mjs';
import { startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

let model, editor, workbench, panel;

before(async () => {
  model = await startModel();
  const settings = { ...model.settings, 'hearth.index.enabled': false };
  editor = await startEditor({ name: 'pictures', files: FILES, settings });
  workbench = await openWorkbench(editor, 'pictures');
  await workbench.open('shop/cart.py');
  panel = await workbench.panel();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

const shown = () => panel.locator('#pictures img');

/** A picture of these sizes, painted in the page, comes in an event of this kind, as the browser sends it. */
async function bring(kind, name, width, height) {
  await panel.evaluate(
    async ([kind, name, width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.fillStyle = '#2a6f97';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#f4a261';
      context.fillRect(width / 4, height / 4, width / 2, height / 2);
      const transfer = new DataTransfer();
      transfer.items.add(new File([await canvas.convertToBlob()], name, { type: 'image/png' }));
      const target = document.querySelector('#question');
      target.focus();
      target.dispatchEvent(
        kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    },
    [kind, name, width, height],
  );
}

/** Width and height that a PNG's header tells. */
function sizeOf(address) {
  const bytes = Buffer.from(address.replace(/^data:image\/png;base64,/, ''), 'base64');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('a model that does not see says so, and no picture is taken', async () => {
  await panel.locator('#attach[aria-disabled=true]').waitFor();
  assert.match(await panel.locator('#attach').getAttribute('title'), /does not see pictures/);
  await bring('paste', 'screen.png', 300, 200);
  await panel.locator('#pictures-note', { hasText: 'does not see pictures' }).waitFor();
  assert.equal(await shown().count(), 0);
  await workbench.shots('pictures-refused', panel, () => audit(panel));
});

test('pictures are pasted, dropped and chosen, and taken away again', async () => {
  editor.machine({ 'hearth.openai.images': 'yes' });
  await panel.locator('#attach[aria-disabled=false]').waitFor();
  await bring('paste', 'screen.png', 300, 200);
  await shown().nth(0).waitFor();
  await bring('drop', 'large.png', 4000, 1000);
  await shown().nth(1).waitFor();
  const buffer = await workbench.page.screenshot({ clip: { x: 0, y: 0, width: 400, height: 300 } });
  await panel.locator('#files').setInputFiles({ name: 'window.png', mimeType: 'image/png', buffer });
  await shown().nth(2).waitFor();
  await panel.locator('#files').setInputFiles({ name: 'not.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  await panel.locator('#pictures-note', { hasText: 'not.png cannot be read' }).waitFor();
  const drawn = await shown().evaluateAll((images) => images.map((image) => image.naturalWidth > 0));
  assert.deepEqual(drawn, [true, true, true]);
  await workbench.shots('pictures', panel, () => audit(panel));
  await panel.getByRole('button', { name: 'Remove screen.png' }).click();
  await shown().nth(2).waitFor({ state: 'detached' });
});

test('they go to the model with the question, made smaller, and stay in the chat', async () => {
  model.answers = ['A window.'];
  const turn = await workbench.ask('What is in these?');
  await answered(turn);
  const content = model.asked.at(-1).messages.at(-1).content;
  assert.deepEqual(
    content.map(({ type }) => type),
    ['image_url', 'image_url', 'text'],
  );
  assert.deepEqual(sizeOf(content[0].image_url.url), [1568, 392]);
  assert.deepEqual(sizeOf(content[1].image_url.url), [400, 300]);
  assert.match(content[2].text, /^What is in these\?/);
  assert.equal(await shown().count(), 0);
  assert.equal(await turn.locator('.picture').count(), 2);
  await answered(await workbench.ask('Are you sure?'));
  assert.equal(model.asked.at(-1).messages.at(-3).content.length, 3);
  await workbench.load();
  panel = await workbench.panel();
  await panel.locator('.turn .picture').nth(1).waitFor();
  await workbench.shots('pictures-kept', panel, () => audit(panel));
  assert.deepEqual([...workbench.outside], []);
});

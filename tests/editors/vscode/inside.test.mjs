// What runs inside the extension host (inside/extension.js): each of its tests is one here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const INSIDE = fileURLToPath(new URL('inside', import.meta.url));
const SHORTER = '```python\ndef shorten(text: str, most: int) -> str:\n    return text[:most]\n```\n';
const CONVERSATION = '## You\n\nWhat is a slug?\n';
let model, editor, workbench;

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

test('tests in the extension host', async (context) => {
  model = await startModel();
  model.answers = [SHORTER];
  const files = { ...FILES, 'talk.chat.md': CONVERSATION };
  editor = await startEditor({ name: 'inside', files, settings: model.settings, beside: [INSIDE] });
  workbench = await openWorkbench(editor, 'inside');
  const file = join(editor.home, 'inside.json');
  while (!existsSync(file)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  for (const { name, error } of JSON.parse(readFileSync(file, 'utf8'))) {
    await context.test(name, () => {
      if (error) {
        throw new Error(error);
      }
    });
  }
});

// An answer of 10,000 tokens at 200 tokens a second: all of it arrives, and the panel stays smooth meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { startModel } from './model.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const TOKENS = 10_000;
const TOKENS_PER_SECOND = 200;
const SECTION = `## A section

A paragraph with **bold** words, \`code\` and a list:

- one item
- and another

\`\`\`python
def function(argument):
    return [value * 2 for value in argument if value is not None]
\`\`\`

`;

let model, editor, workbench;

before(async () => {
  model = await startModel();
  const settings = {
    'hearth.models.chat': 'openai',
    'hearth.openai.baseUrl': model.url,
    'hearth.completion.enabled': false,
    'hearth.chat.maxTokens': 2 * TOKENS,
  };
  editor = await startEditor({ name: 'long', files: FILES, settings });
  workbench = await openWorkbench(editor, 'long');
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

/** Tokens of four characters, in time. Each section is numbered, so that it is no loop. */
async function* tokens() {
  const began = performance.now();
  let rest = '';
  for (let count = 0; count < TOKENS; count += 1) {
    rest ||= SECTION.replace('A section', `Section at ${count}`);
    yield rest.slice(0, 4);
    rest = rest.slice(4);
    const ahead = began + (1000 * count) / TOKENS_PER_SECOND - performance.now();
    if (ahead > 5) {
      await new Promise((resolve) => setTimeout(resolve, ahead));
    }
  }
}

test('a very long answer', async (context) => {
  const panel = await workbench.panel();
  await panel.evaluate(() => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map((each) => each.duration))).observe({
      type: 'longtask',
    });
  });
  let written = '';
  model.answers = [
    (async function* () {
      for await (const token of tokens()) {
        written += token;
        yield token;
      }
    })(),
  ];
  const turn = await workbench.ask('Write a book.');
  await turn.locator('.answer .block > *').first().waitFor();
  // It takes as long as it takes to write it: 50 s at this rate.
  await model.idle();
  await answered(turn);
  const [sections, codes, longest, count] = await panel.evaluate(() => [
    document.querySelectorAll('.answer h2').length,
    document.querySelectorAll('.answer .code .hljs-keyword').length > 0,
    Math.max(0, ...globalThis.tasks),
    globalThis.tasks.length,
  ]);
  assert.equal(sections, written.match(/^## /gm).length);
  assert.ok(codes);
  // Not a limit, since the machine may have other work: the numbers of a quiet one are in docs/architecture.md.
  context.diagnostic(`${TOKENS} tokens, ${written.length} characters: ${count} tasks over 50 ms, the longest ${longest} ms`);
  await workbench.shot('long');
});

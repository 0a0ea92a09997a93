// Records a real completion and a real answer of the bundled model as docs/images/vscode.gif: run.sh record.mjs.
// Needs ImageMagick's `convert`. What is recorded takes as long as it took.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';
import { FILES } from './workspace.mjs';

const TARGET = fileURLToPath(new URL('../../../docs/images/vscode.gif', import.meta.url));
const SIZE = { width: 960, height: 600 };
// A page that does not change sends no frames; nobody looks at one longer than this.
const LONGEST_S = 1.2;
const LAST_S = 3;

const editor = await startEditor({ name: 'record', files: FILES });
const workbench = await openWorkbench(editor, 'record');
try {
  const { page } = workbench;
  await page.setViewportSize(SIZE);
  // Its script needs a moment: a question that is sent before that is lost.
  await workbench.panel();
  await page.waitForTimeout(5000);
  await workbench.open('shop/cart.py');
  await workbench.status.waitFor();
  // The model is loaded before anything is shown: that is not what a keystroke waits for.
  await workbench.goTo(21);
  await page.keyboard.type('            total += ', { delay: 60 });
  await workbench.ghost.waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.press('Delete');

  const frames = await record(page);
  await page.keyboard.type('total += ', { delay: 90 });
  await workbench.ghost.waitFor();
  await page.waitForTimeout(900);
  await page.keyboard.press('Tab');
  await page.waitForTimeout(700);
  const turn = await workbench.ask('What does the class Cart do?');
  await answered(turn);
  await page.waitForTimeout(500);
  await frames.stop();
  write(frames.taken);
} finally {
  await workbench.close();
  await editor.stop();
}

/** Takes each picture that the page draws, with the second in which it was drawn. */
async function record(page) {
  const session = await page.context().newCDPSession(page);
  const taken = [];
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    taken.push({ data, at: metadata.timestamp });
    void session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 2 });
  return { taken, stop: () => session.send('Page.stopScreencast') };
}

function write(taken) {
  const folder = join(process.env.HEARTH_VSCODE_OUT, 'frames');
  mkdirSync(folder, { recursive: true });
  const pictures = taken.flatMap(({ data, at }, index) => {
    const path = join(folder, `${String(index).padStart(4, '0')}.png`);
    writeFileSync(path, Buffer.from(data, 'base64'));
    const seconds = index + 1 < taken.length ? Math.min(taken[index + 1].at - at, LONGEST_S) : LAST_S;
    return ['-delay', String(Math.max(2, Math.round(seconds * 100))), path];
  });
  execFileSync('convert', [...pictures, '+dither', '-colors', '48', '-layers', 'Optimize', '-loop', '0', TARGET]);
}

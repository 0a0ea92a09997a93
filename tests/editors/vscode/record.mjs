// Records a real completion and a real answer of the bundled model as docs/images/vscode.gif: `make pictures`.
// Needs ImageMagick's `convert`. What is recorded takes as long as it took; a page that does not change sends no frames.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startEditor } from './editor.mjs';
import { answered, openWorkbench } from './workbench.mjs';

const TARGET = fileURLToPath(new URL('../../../docs/images/vscode.gif', import.meta.url));
const SIZE = { width: 960, height: 540 };
const COLOURS = 64;
/** Frames are at least this far apart; what changes faster is seen in the next one. In seconds. */
const APART_S = 0.12;
/** Nobody looks at a picture that does not change for longer than this, but for the last. In seconds. */
const LONGEST_S = 1.6;
const LAST_S = 4;
const LARGEST = 1_200_000;

const FILE = `class User:
    def __init__(self, name):
        self._name = name

    @property
    def name(self):


def get_user_name(user):
    return user.name
`;
// Nothing blinks and nothing fades: each frame is one that says something.
const LOOKS = {
  'editor.cursorBlinking': 'solid',
  'editor.hover.enabled': 'off',
  'editor.lightbulb.enabled': 'off',
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.scrollBeyondLastLine': false,
  'window.title': 'Hearth',
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
};

const editor = await startEditor({ name: 'record', files: { 'users.py': FILE } });
editor.configure(LOOKS);
const workbench = await openWorkbench(editor, 'record');
try {
  const { page } = workbench;
  await page.setViewportSize(SIZE);
  await workbench.panel();
  await workbench.open('users.py');
  // The chat is made wider, so that a line of code fits.
  const { x, width, y } = await page.locator('.part.sidebar').boundingBox();
  await page.mouse.move(x + width + 1, y + 200);
  await page.mouse.down();
  await page.mouse.move(x + width + 90, y + 200, { steps: 5 });
  await page.mouse.up();
  // The model is loaded before anything is shown: that is not what a keystroke waits for.
  await workbench.status.locator('.codicon-flame').waitFor();
  await workbench.goTo(6);
  await page.keyboard.press('Enter');
  await workbench.suggested();
  await workbench.shot('record-completion');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await workbench.goTo(6);
  await page.waitForTimeout(1000);

  const frames = await record(page);
  await page.waitForTimeout(600);
  await page.keyboard.press('Enter');
  await workbench.ghost.waitFor();
  await page.waitForTimeout(1200);
  await page.keyboard.press('Tab');
  await workbench.ghost.waitFor({ state: 'hidden' });
  await page.waitForTimeout(900);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  const panel = await workbench.panel();
  await panel.locator('#question').focus();
  await panel.locator('#question').pressSequentially('Write a docstring for this function.', { delay: 55 });
  await page.waitForTimeout(300);
  await panel.locator('#question').press('Enter');
  const turn = panel.locator('.turn').first();
  await answered(turn);
  await page.waitForTimeout(1500);
  // Where the docstring belongs: at the end of the function's first line, and then below it.
  await page.locator('.view-line', { hasText: 'get_user_name' }).click({ position: { x: 300, y: 8 } });
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  await turn.getByRole('button', { name: 'Insert' }).click();
  await page.locator('.view-line', { hasText: '"""' }).first().waitFor();
  await page.waitForTimeout(1500);
  await frames.stop();
  await workbench.shot('record');
  write(frames.taken);
} catch (error) {
  await workbench.shot('record-failed');
  throw error;
} finally {
  await workbench.close();
  await editor.stop();
}

/** Takes the pictures that the page draws, with the second in which each was drawn. */
async function record(page) {
  const session = await page.context().newCDPSession(page);
  const taken = [];
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    taken.push({ data, at: metadata.timestamp });
    void session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'png' });
  return { taken, stop: () => session.send('Page.stopScreencast') };
}

/** The pictures without those that differ from the one before in nothing, or follow it at once. */
function sparse(taken) {
  const kept = [];
  taken.forEach((frame, index) => {
    const next = taken[index + 1];
    const [last] = kept.slice(-1);
    if (frame.data !== last?.data && (next === undefined || next.at - frame.at >= APART_S || index === 0)) {
      kept.push(frame);
    } else if (next !== undefined && frame.data !== last?.data && frame.at - (last?.at ?? 0) >= APART_S) {
      kept.push(frame);
    }
  });
  return kept;
}

function write(taken) {
  const folder = join(process.env.HEARTH_VSCODE_OUT, 'frames');
  mkdirSync(folder, { recursive: true });
  const kept = sparse(taken);
  const paths = kept.map(({ data }, index) => {
    const path = join(folder, `${String(index).padStart(4, '0')}.png`);
    writeFileSync(path, Buffer.from(data, 'base64'));
    return path;
  });
  const delays = kept.map(({ at }, index) => {
    const next = kept[index + 1];
    return next === undefined ? LAST_S : Math.min(next.at - at, LONGEST_S);
  });
  // One palette for all: with one of its own for each frame, what did not change would differ from frame to frame.
  const palette = join(folder, 'palette.gif');
  const some = paths.filter((_, index) => index % Math.ceil(paths.length / 8) === 0 || index === paths.length - 1);
  execFileSync('convert', [...some, '-append', '+dither', '-colors', String(COLOURS), '-unique-colors', palette]);
  const pictures = paths.flatMap((path, index) => ['-delay', String(Math.max(2, Math.round(delays[index] * 100))), path]);
  execFileSync('convert', [...pictures, '+dither', '-remap', palette, '-layers', 'OptimizePlus', '-loop', '0', TARGET]);
  const { size } = statSync(TARGET);
  const seconds = delays.reduce((sum, each) => sum + each, 0);
  console.log(`${TARGET}: ${kept.length} of ${taken.length} frames, ${seconds.toFixed(1)} s, ${size} bytes`);
  if (size > LARGEST) {
    throw new Error(`The recording is larger than ${LARGEST} bytes.`);
  }
}

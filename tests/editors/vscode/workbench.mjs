// The workbench in a browser, and what a person does in it.
import { createRequire } from 'node:module';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const { HEARTH_VSCODE_TOOLS: TOOLS, HEARTH_VSCODE_OUT: OUT, HEARTH_CHROMIUM: CHROMIUM } = process.env;
const { chromium } = createRequire(join(TOOLS, 'package.json'))('playwright-core');

/** Themes, with the classes by which the window and the frames in it show that they follow one. */
const THEMES = {
  dark: ['Dark Modern', 'vs-dark', 'vscode-dark'],
  light: ['Light Modern', 'vs', 'vscode-light'],
  contrast: ['Default High Contrast', 'hc-black', 'vscode-high-contrast'],
  'contrast-light': ['Default High Contrast Light', 'hc-light', 'vscode-high-contrast-light'],
};
// The model, the editor and the browser share the machine with whatever else runs on it.
const PATIENCE = Number(process.env.HEARTH_VSCODE_PATIENCE_S ?? 180) * 1000;

/** Opens a browser on an editor that was started with `startEditor`. */
export async function openWorkbench(editor, name) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(PATIENCE);
  const workbench = new Workbench(editor, name, browser, page);
  await workbench.load();
  return workbench;
}

export class Workbench {
  /** Hosts outside this machine that were asked for something. */
  outside = new Set();
  /** What scripts wrote to the consoles as errors. */
  errors = [];

  constructor(editor, name, browser, page) {
    Object.assign(this, { editor, name, browser, page });
    this.ghost = page.locator('.ghost-text-decoration, .ghost-text').first();
    this.status = page.locator('[id="hearth-ls.hearth.hearth.status"], .statusbar-item[id*="hearth.status"]').first();
    page.on('request', (request) => {
      const { protocol, hostname, host } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && !isHere(hostname)) {
        this.outside.add(host);
      }
    });
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.errors.push(message.text());
        appendFileSync(join(OUT, `${name}.console.log`), `${message.text()}\n`);
      }
    });
  }

  async load() {
    await this.page.goto(this.editor.url);
    await this.page.waitForSelector('.explorer-folders-view .monaco-list-row');
  }

  async close() {
    await this.browser.close();
  }

  /** Keeps a picture of the whole window. */
  async shot(name) {
    // What the pointer is over may have a tip that covers something.
    await this.page.mouse.move(640, 4);
    await this.page.screenshot({ path: join(OUT, `${name}.png`), animations: 'disabled' });
  }

  /** Keeps a picture in each theme, and does there what is to be done. `frame`: what must have followed, too. */
  async shots(name, frame = undefined, check = () => undefined) {
    for (const key of ['light', 'contrast', 'contrast-light', 'dark']) {
      const [theme, window, body] = THEMES[key];
      this.editor.configure({ 'workbench.colorTheme': theme });
      await this.page.locator(`.monaco-workbench.${window}`).first().waitFor();
      await frame?.locator(`body.${body}`).waitFor();
      await this.shot(`${name}-${key}`);
      await check();
    }
  }

  async open(file) {
    const name = file.split('/').pop();
    await this.quick('Control+p', file);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor();
  }

  /** Opens the quick input by a key and fills it. One that is being closed is still seen, and the key is lost on it. */
  async quick(key, text) {
    const input = this.page.locator('.quick-input-widget input').first();
    for (let waited = 0; waited < PATIENCE; waited += 5_000) {
      await this.page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 5_000 });
        return;
      } catch {
        await this.page.keyboard.press('Escape');
      }
    }
    throw new Error(`${key} opened nothing`);
  }

  /** Runs a command of the palette. The palette lists what was known when it opened, so that it is opened once more. */
  async command(title) {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    for (let waited = 0; waited < PATIENCE; waited += 10_000) {
      await this.quick('F1', `>${title}`);
      try {
        await row.click({ timeout: 10_000 });
        return;
      } catch {
        await this.page.keyboard.press('Escape');
      }
    }
    throw new Error(`there is no command ${title}`);
  }

  /** Runs a command that lets its user choose, and chooses; a list that closes too soon is opened again. */
  async chosen(title, choice) {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: choice }).first();
    for (let tries = 0; tries < 12; tries += 1) {
      await this.command(title);
      try {
        await row.click({ timeout: 5_000 });
        return;
      } catch {
        await this.page.keyboard.press('Escape');
      }
    }
    throw new Error(`${title} never offered ${choice}`);
  }

  /** Puts the cursor at the end of a line, counted from one. */
  async goTo(line) {
    await this.page.locator('.editor-instance .view-lines').first().click({ position: { x: 300, y: 10 } });
    const input = this.page.locator('.quick-input-widget input').first();
    await this.quick('Control+g', `:${line}`);
    await this.page.keyboard.press('Enter');
    // A key that comes before the editor has the focus again is lost.
    await input.waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, ` }).first().waitFor();
    await this.page.keyboard.press('End');
  }

  /**
   * Waits for ghost text after something was typed. A model that cannot answer a key in time, on a machine that is busy,
   * answers the next one.
   */
  async suggested() {
    const { keyboard } = this.page;
    for (let tries = 0; tries < 10; tries += 1) {
      try {
        await this.ghost.waitFor({ timeout: 15_000 });
        return;
      } catch {
        await keyboard.type(' ');
        await keyboard.press('Backspace');
      }
    }
    throw new Error('no suggestion came');
  }

  /** The file as it is saved. The page's own text would have the ghost text in it. */
  async saved(file) {
    // A file that is saved once more may be read while it is empty: nothing then tells that it is written.
    if ((await this.page.locator('.tab.active.dirty').count()) > 0) {
      await this.page.keyboard.press('Control+s');
      await this.page.waitForSelector('.tab.active:not(.dirty)');
    }
    return readFileSync(join(this.editor.workspace, file), 'utf8');
  }

  /**
   * The frame of the chat panel, which is opened if another view is in its place. Whether it is tells the activity bar:
   * the frame of a panel that was just hidden is still there for a moment.
   */
  async panel() {
    const hearth = this.page.locator('.activitybar .action-item', { has: this.page.locator('[aria-label^="Hearth"]') }).first();
    await hearth.waitFor();
    if (!/\bchecked\b/.test(await hearth.getAttribute('class'))) {
      await hearth.click();
      await this.page.waitForSelector('.activitybar .action-item.checked [aria-label^="Hearth"]');
    }
    return this.panelSoon();
  }

  /** The frame of the chat panel, which is being opened. To click now would close it again. */
  async panelSoon() {
    await this.page.waitForSelector('.activitybar .action-item.checked [aria-label^="Hearth"]');
    return this.frameSoon((frame) => frame.locator('#composer #question:enabled'));
  }

  /** Shows another view in the place of the panel, and waits until the panel's page is thrown away. */
  async hidePanel() {
    const panel = await this.panel();
    await this.page.locator('.activitybar [aria-label^="Explorer"]').first().click();
    while (!panel.isDetached()) {
      await this.page.waitForTimeout(50);
    }
  }

  /** The frame of the overview, which is opened by a command of the palette. */
  async overview(title) {
    await this.command(title);
    return this.frameSoon((frame) => frame.locator('#models .rows'));
  }

  /** The frame of a Markdown preview with this text. */
  async preview(text) {
    return this.frameSoon((frame) => frame.locator('.markdown-body', { hasText: text }));
  }

  /** The first frame in which something is found. Each panel is a frame in a frame of its own. */
  async frame(locate) {
    for (const frame of this.page.frames()) {
      const count = await locate(frame)
        .count()
        .catch(() => 0);
      if (count > 0) {
        return frame;
      }
    }
    return undefined;
  }

  async frameSoon(locate) {
    for (let waited = 0; waited < PATIENCE; waited += 100) {
      const frame = await this.frame(locate);
      if (frame !== undefined) {
        return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error('the panel did not come');
  }

  /** Asks in the panel; returns the turn without waiting for its answer's end. */
  async ask(question) {
    const panel = await this.panel();
    const before = await panel.locator('.turn').count();
    await panel.locator('#question').fill(question);
    await panel.locator('#question').press('Enter');
    const turn = panel.locator('.turn').nth(before);
    await turn.waitFor();
    return turn;
  }
}

/** This machine, or the made-up host from which a service worker in the page serves the files of panels. */
function isHere(hostname) {
  return hostname === '127.0.0.1' || hostname.endsWith('.vscode-resource.vscode-cdn.net');
}

/** Waits until the answer of a turn has ended. */
export async function answered(turn) {
  await turn.locator('.foot .tools').waitFor();
}

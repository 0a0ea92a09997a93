import * as vscode from 'vscode';

/** Longest wait for a command of the terminal, in milliseconds. */
const WAIT = 2000;

/**
 * What the terminal that was used last shows; empty if there is none. Asked for only when a question mentions it: the
 * editor gives a terminal's text through the clipboard alone, whose text is put back at once.
 */
export async function terminalText(): Promise<string> {
  if (vscode.window.activeTerminal === undefined) {
    return '';
  }
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  try {
    // Without this a terminal that shows nothing would give what was copied last, which nobody mentioned.
    await clipboard.writeText('');
    for (const step of ['selectAll', 'copySelection', 'clearSelection']) {
      await inTime(vscode.commands.executeCommand(`workbench.action.terminal.${step}`));
    }
    return await clipboard.readText();
  } finally {
    await clipboard.writeText(before);
  }
}

async function inTime(work: Thenable<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('The terminal does not answer.'));
    }, WAIT);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

import * as vscode from 'vscode';

import { reveal } from './knowledge';

/** Opens a web address that a model wrote, once the user has seen all of it. */
export async function openLink(address: string): Promise<void> {
  const uri = vscode.Uri.parse(address, true);
  if (!['http', 'https', 'mailto'].includes(uri.scheme)) {
    return;
  }
  const message = 'Open this address, which the model wrote?';
  const choice = await vscode.window.showInformationMessage(
    message,
    { modal: true, detail: address },
    'Open',
    'Copy',
  );
  if (choice === 'Open') {
    await vscode.env.openExternal(uri);
  } else if (choice === 'Copy') {
    await vscode.env.clipboard.writeText(address);
  }
}

/** Opens what was put beside a question: a file at a line, a folder, or the view that a source such as `hearth:diff` names. */
export async function openAt(address: string, line: number): Promise<void> {
  const selection = new vscode.Range(line, 0, line, 0);
  try {
    const uri = vscode.Uri.parse(address, true);
    if (uri.scheme === 'hearth') {
      await reveal(uri.path);
    } else if ((await typeOf(uri)) === vscode.FileType.Directory) {
      await vscode.commands.executeCommand('revealInExplorer', uri);
    } else {
      await vscode.window.showTextDocument(uri, { selection });
    }
  } catch (error) {
    void vscode.window.showWarningMessage(`Hearth: ${String(error)}`);
  }
}

/** Undefined for what is on no disk, such as a document without a file. */
async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type & ~vscode.FileType.SymbolicLink;
  } catch {
    return undefined;
  }
}

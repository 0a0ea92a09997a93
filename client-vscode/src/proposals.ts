import { basename } from 'node:path';
import * as vscode from 'vscode';

/** Scheme of what a document would become. */
export const PROPOSAL = 'hearth-proposal';

interface Proposal {
  readonly target: vscode.Uri;
  /** Version of the document that was proposed for. */
  readonly version: number;
  content: Uint8Array;
  changed: number;
}

/**
 * Changes to documents, shown as a diff before anything happens. The right side can be edited, and each of its hunks
 * taken back with the editor's own arrows; accepting puts what stands there into the document, as one step to undo.
 */
export class Proposals implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly all = new Map<string, Proposal>();
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly registrations: vscode.Disposable[];
  private count = 0;

  readonly onDidChangeFile = this.changes.event;

  constructor() {
    const command = (name: string, run: (uri: vscode.Uri) => Promise<void>) =>
      vscode.commands.registerCommand(name, async (uri?: vscode.Uri) => {
        const open = uri?.scheme === PROPOSAL ? uri : openProposal();
        if (open !== undefined) {
          await run(open);
        }
      });
    // The editor opens again what was open when the window was closed, but a proposal does not outlive its window.
    void vscode.window.tabGroups.close(tabsOf((uri) => uri.scheme === PROPOSAL));
    this.registrations = [
      vscode.workspace.registerFileSystemProvider(PROPOSAL, this, { isCaseSensitive: true }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.all.delete(uri.toString());
      }),
      command('hearth.proposal.accept', (uri) => this.accept(uri)),
      command('hearth.proposal.reject', (uri) => close(uri)),
    ];
  }

  /** Shows what `document` would become. */
  async show(document: vscode.TextDocument, text: string): Promise<void> {
    if (text === document.getText()) {
      void vscode.window.showInformationMessage('Hearth: the file says this already.');
      return;
    }
    this.count += 1;
    const name = basename(document.uri.path);
    // The file's own name at the end, so that the editor colours it as that language.
    const uri = vscode.Uri.from({ scheme: PROPOSAL, path: `/${this.count}/${name}` });
    const content = new TextEncoder().encode(text);
    this.all.set(uri.toString(), {
      target: document.uri,
      version: document.version,
      content,
      changed: Date.now(),
    });
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, `${name}: what Hearth proposes`, {
      preview: false,
    });
  }

  dispose(): void {
    this.changes.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { content, changed } = this.found(uri);
    return { type: vscode.FileType.File, ctime: changed, mtime: changed, size: content.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.found(uri).content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const proposal = this.found(uri);
    proposal.content = content;
    proposal.changed = Date.now();
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  private async accept(uri: vscode.Uri): Promise<void> {
    const { target, version } = this.found(uri);
    const proposed = await vscode.workspace.openTextDocument(uri);
    const text = proposed.getText();
    const document = await vscode.workspace.openTextDocument(target);
    if (document.version !== version && !(await overwrites(document))) {
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(target, document.validateRange(whole), text);
    if (await vscode.workspace.applyEdit(edit)) {
      await close(uri);
      await vscode.window.showTextDocument(document);
    }
  }

  private found(uri: vscode.Uri): Proposal {
    const proposal = this.all.get(uri.toString());
    if (proposal === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return proposal;
  }
}

async function overwrites(document: vscode.TextDocument): Promise<boolean> {
  const message = `${basename(document.uri.path)} has changed since this was proposed. Accepting takes those changes back.`;
  return (await vscode.window.showWarningMessage(message, { modal: true }, 'Accept')) === 'Accept';
}

function openProposal(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL
    ? input.modified
    : undefined;
}

/** Closes the diff without asking whether to save it: a proposal is not worth keeping. */
async function close(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty) {
    await document.save();
  }
  await vscode.window.tabGroups.close(tabsOf((open) => open.toString() === uri.toString()));
}

/** Tabs with a diff whose right side is such a document. */
function tabsOf(wanted: (uri: vscode.Uri) => boolean): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && wanted(input.modified));
}

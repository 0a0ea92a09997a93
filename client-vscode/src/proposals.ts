import { basename } from 'node:path';
import * as vscode from 'vscode';

/** Scheme of what a document would become. */
export const PROPOSAL = 'hearth-proposal';

interface Proposal {
  readonly target: vscode.Uri;
  /** Version of the document that was proposed for. */
  version: number;
  content: Uint8Array;
  changed: number;
  /** Set while it is being written. */
  closed?: (() => void) | undefined;
}

/** A change that is still being written. */
export interface Growing {
  /** Shows what the document would become, as far as it is written; the first time, opens the diff. */
  show: (text: string) => void;
  /** All is written: what stands there can be accepted. */
  finish: (text: string) => Promise<void>;
  /** Nothing comes of it. */
  drop: () => Promise<void>;
  /** Calls `handler` when the user closes the diff before all is written. */
  onClosed: (handler: () => void) => void;
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
        this.all.get(uri.toString())?.closed?.();
        this.all.delete(uri.toString());
      }),
      command('hearth.proposal.accept', (uri) => this.accept(uri)),
      command('hearth.proposal.reject', (uri) => close(uri)),
    ];
  }

  /** Shows what `document` would become. */
  async show(document: vscode.TextDocument, text: string): Promise<void> {
    if (text === document.getText()) {
      tellSame();
      return;
    }
    await this.open(document, text);
  }

  /** Begins a change that is shown while it is written. */
  begin(document: vscode.TextDocument): Growing {
    let uri: vscode.Uri | undefined;
    let ended = false;
    let handler: () => void = () => undefined;
    const opened = (text: string) => {
      const found = (uri = this.next(document, text));
      const proposal = this.found(found);
      proposal.closed = () => {
        handler();
      };
      return this.diff(document, found);
    };
    const write = (text: string) => {
      if (uri !== undefined && this.all.has(uri.toString())) {
        this.writeFile(uri, new TextEncoder().encode(text));
      }
    };
    return {
      show: (text) => {
        if (ended) {
          return;
        }
        if (uri === undefined) {
          void opened(text);
        } else {
          write(text);
        }
      },
      finish: async (text) => {
        ended = true;
        const proposal = uri === undefined ? undefined : this.all.get(uri.toString());
        if (proposal !== undefined) {
          proposal.closed = undefined;
          // It may have been moved to a newer version of the document.
          proposal.version = document.version;
        }
        if (text === document.getText()) {
          tellSame();
          await (uri === undefined ? undefined : close(uri));
        } else if (uri === undefined) {
          await this.open(document, text);
        } else {
          write(text);
        }
      },
      drop: async () => {
        ended = true;
        if (uri !== undefined && this.all.has(uri.toString())) {
          this.found(uri).closed = undefined;
          await close(uri);
        }
      },
      onClosed: (wanted) => {
        handler = wanted;
      },
    };
  }

  private async open(document: vscode.TextDocument, text: string): Promise<void> {
    await this.diff(document, this.next(document, text));
  }

  private next(document: vscode.TextDocument, text: string): vscode.Uri {
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
    return uri;
  }

  private async diff(document: vscode.TextDocument, uri: vscode.Uri): Promise<void> {
    const name = basename(document.uri.path);
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
    const { target, version, closed } = this.found(uri);
    if (closed !== undefined) {
      void vscode.window.showInformationMessage('Hearth: the change is still being written.');
      return;
    }
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

function tellSame(): void {
  void vscode.window.showInformationMessage('Hearth: the file says this already.');
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

import { basename } from 'node:path';
import * as vscode from 'vscode';

import { hunkAt } from './hunks';
import { current, differences, type Offered, rangeOf, take } from './offered';

/** Scheme of what a document would become. */
export const PROPOSAL = 'hearth-proposal';

interface Proposal {
  readonly target: vscode.Uri;
  /** Version of the document that was proposed for; undefined if accepting makes the file. */
  version: number | undefined;
  content: Uint8Array;
  changed: number;
  /** Set while it is being written, when nobody else may. */
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

/** Authority of what stands on the left of a file that is not there yet. */
const NOTHING = 'nothing';

/**
 * Changes to documents, shown as a diff before anything happens. The right side can be edited; each of its hunks can be
 * accepted, or taken back with a command or the editor's own arrows. Accepting is one step to undo.
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
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) {
          if (input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL) {
            this.closed(input.modified);
          }
        }
      }),
      command('hearth.proposal.accept', (uri) => this.accept(uri)),
      command('hearth.proposal.reject', (uri) => close(uri)),
      command('hearth.proposal.acceptChange', (uri) => this.acceptChange(uri)),
      command('hearth.proposal.rejectChange', (uri) => this.rejectChange(uri)),
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

  /** Shows a file that is to be made. */
  async showNew(target: vscode.Uri, text: string): Promise<void> {
    const uri = this.next(target, undefined, text);
    await this.diff(
      vscode.Uri.from({ scheme: PROPOSAL, authority: NOTHING, path: `/${basename(target.path)}` }),
      uri,
    );
  }

  /** Begins a change that is shown while it is written. */
  begin(document: vscode.TextDocument): Growing {
    let uri: vscode.Uri | undefined;
    let ended = false;
    let handler: () => void = () => undefined;
    const opened = (text: string) => {
      const found = (uri = this.next(document.uri, document.version, text));
      this.found(found).closed = () => {
        handler();
      };
      return this.diff(document.uri, found);
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
    await this.diff(document.uri, this.next(document.uri, document.version, text));
  }

  private next(target: vscode.Uri, version: number | undefined, text: string): vscode.Uri {
    this.count += 1;
    const name = basename(target.path);
    // The path, which is shown above the text, is the file's own name, so that the editor colours it as that language.
    const uri = vscode.Uri.from({ scheme: PROPOSAL, authority: String(this.count), path: `/${name}` });
    const content = new TextEncoder().encode(text);
    this.all.set(uri.toString(), { target, version, content, changed: Date.now() });
    return uri;
  }

  private async diff(left: vscode.Uri, uri: vscode.Uri): Promise<void> {
    const title = `${basename(uri.path)}: what Hearth proposes`;
    await vscode.commands.executeCommand('vscode.diff', left, uri, title, { preview: false });
  }

  /** A diff was closed, or moved to another group of editors. */
  private closed(uri: vscode.Uri): void {
    if (tabsOf((open) => open.toString() === uri.toString()).length === 0) {
      const proposal = this.all.get(uri.toString());
      this.all.delete(uri.toString());
      proposal?.closed?.();
    }
  }

  dispose(): void {
    this.changes.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    if (isNothing(uri)) {
      return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: 0, permissions: READONLY };
    }
    const { content, changed, closed } = this.found(uri);
    const stat = { type: vscode.FileType.File, ctime: changed, mtime: changed, size: content.length };
    // A document that the user has changed would not take what is still to come.
    return closed === undefined ? stat : { ...stat, permissions: READONLY };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return isNothing(uri) ? new Uint8Array() : this.found(uri).content;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const proposal = this.found(uri);
    proposal.content = content;
    // Later than before in any case, for that is how the editor knows that there is something new.
    proposal.changed = Math.max(Date.now(), proposal.changed + 1);
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
    if (version === undefined) {
      await this.make(uri, target);
      return;
    }
    const offered = await this.offered(uri);
    if (offered !== undefined && (await take(offered, offered.hunks))) {
      await this.done(uri, offered.document);
    }
  }

  /** Makes the file that is proposed. */
  private async make(uri: vscode.Uri, target: vscode.Uri): Promise<void> {
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(target, { contents: new TextEncoder().encode(text), overwrite: false });
    if (await vscode.workspace.applyEdit(edit)) {
      await this.done(uri, await vscode.workspace.openTextDocument(target));
    } else {
      const name = vscode.workspace.asRelativePath(target);
      void vscode.window.showWarningMessage(`Hearth: ${name} could not be made. Is there one by now?`);
    }
  }

  private async acceptChange(uri: vscode.Uri): Promise<void> {
    const offered = this.found(uri).version === undefined ? undefined : await this.offered(uri);
    const hunk = offered && current(offered);
    if (offered === undefined || hunk === undefined) {
      await this.accept(uri);
    } else if (await take(offered, [hunk])) {
      this.found(uri).version = offered.document.version;
      await this.goOn(uri, offered, hunk.right.line + hunk.right.lines);
    }
  }

  private async rejectChange(uri: vscode.Uri): Promise<void> {
    const offered = this.found(uri).version === undefined ? undefined : await this.offered(uri);
    const hunk = offered && current(offered);
    if (offered === undefined || hunk === undefined) {
      await close(uri);
      return;
    }
    const { proposed, document } = offered;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, rangeOf(proposed, hunk, 'right'), document.getText(rangeOf(document, hunk, 'left')));
    if (await vscode.workspace.applyEdit(edit)) {
      await this.goOn(uri, offered, hunk.right.line + hunk.left.lines);
    }
  }

  /** A proposal that can be decided on; undefined, and the user is told, while it is being written. */
  private async offered(uri: vscode.Uri): Promise<Offered | undefined> {
    const proposal = this.found(uri);
    if (proposal.closed !== undefined) {
      void vscode.window.showInformationMessage('Hearth: the change is still being written.');
      return undefined;
    }
    const document = await vscode.workspace.openTextDocument(proposal.target);
    if (document.version !== proposal.version && !(await overwrites(document))) {
      return undefined;
    }
    const proposed = await vscode.workspace.openTextDocument(uri);
    return { proposed, document, hunks: differences(document, proposed) };
  }

  /** After a hunk was decided on: to the next one, or, when none is left, to the document. */
  private async goOn(uri: vscode.Uri, { proposed, document }: Offered, line: number): Promise<void> {
    const next = hunkAt(differences(document, proposed), 'right', line);
    const editor = vscode.window.visibleTextEditors.find((each) => each.document === proposed);
    if (next === undefined) {
      await this.done(uri, document);
    } else if (editor !== undefined) {
      const range = rangeOf(proposed, next, 'right');
      editor.selection = new vscode.Selection(range.start, range.start);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  private async done(uri: vscode.Uri, document: vscode.TextDocument): Promise<void> {
    await close(uri);
    await vscode.window.showTextDocument(document);
  }

  private found(uri: vscode.Uri): Proposal {
    const proposal = this.all.get(uri.toString());
    if (proposal === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return proposal;
  }
}

const READONLY = vscode.FilePermission.Readonly;

function isNothing(uri: vscode.Uri): boolean {
  return uri.authority === NOTHING;
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

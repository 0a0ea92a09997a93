import * as vscode from 'vscode';
import type { Middleware, TextEdit, WorkspaceEdit } from 'vscode-languageclient/node';

import { replaced } from './edited';
import type { Proposals } from './proposals';
import type { EditDeltaParams } from './protocol';
import type { Server } from './server';
import { tellFailure } from './troubles';

/** Title of the action that has none: what the user wrote, on one line. */
const TITLE = 70;
/** Setting that says whether the changes of code actions are shown before they are made. */
const PREVIEW = 'client.previewEdits';
/** The code of LSP for what was cancelled. */
const CANCELLED = -32800;

/** What the server reads of an action's data, as far as it matters here; the rest goes back as it came. */
interface ActionData {
  readonly title: string;
  readonly uri: string;
  readonly version: number;
}

/**
 * Changes that the model makes to code, shown as a diff while they are written: "Edit with Hearth", for which the user
 * says in words what to do with the selection, and the code actions.
 */
export class Edits implements vscode.Disposable {
  private readonly registrations: readonly vscode.Disposable[];
  private readonly watching = new Map<string, (delta: EditDeltaParams) => void>();
  private last = '';

  /** What becomes of a code action that was chosen: with a preview, it has no edit of its own any more. */
  readonly resolveCodeAction: NonNullable<Middleware['resolveCodeAction']> = async (item, token, next) => {
    const data = 'data' in item ? item.data : undefined;
    if (!isActionData(data)) {
      return next(item, token);
    }
    const document = openDocument(data.uri);
    if (document !== undefined && vscode.workspace.getConfiguration('hearth').get<boolean>(PREVIEW, true)) {
      // Not awaited: the editor has nothing to apply, and what happens is shown.
      void this.propose(document, data);
      return item;
    }
    try {
      return await next(item, token);
    } catch (error) {
      void this.tell(error);
      return item;
    }
  };

  constructor(
    private readonly server: Server,
    private readonly proposals: Proposals,
  ) {
    server.on('hearth/edit/delta', (delta) => this.watching.get(key(delta.uri, delta.title))?.(delta));
    this.registrations = [vscode.commands.registerCommand('hearth.edit', () => this.edit())];
  }

  dispose(): void {
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async edit(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      void vscode.window.showInformationMessage('Hearth: open the file that you want to be edited.');
      return;
    }
    const { document, selection } = editor;
    const instruction = await vscode.window.showInputBox({
      title: selection.isEmpty ? 'Edit the Code at the Cursor' : 'Edit the Selection',
      prompt: 'What is to be done? Nothing is changed before you have seen it.',
      placeHolder: 'for example: raise an error when the list is empty',
      value: this.last,
    });
    if (instruction === undefined || instruction.trim() === '') {
      return;
    }
    this.last = instruction;
    const range = { start: plain(selection.start), end: plain(selection.end) };
    const title = instruction.replace(/\s+/g, ' ').trim().slice(0, TITLE);
    const [uri, version] = [document.uri.toString(), document.version];
    const data = { action: 'instruct', title, uri, version, range, instruction };
    await this.propose(document, data, { title: 'Try Again…', run: () => this.edit() });
  }

  /** Shows what an action changes, and tells the user if nothing comes of it. Never rejects. */
  private async propose(document: vscode.TextDocument, data: ActionData, again?: Again): Promise<void> {
    const repeat = () => this.propose(document, { ...data, version: document.version }, again);
    try {
      await this.run(document, data);
    } catch (error) {
      await this.tell(error, again ?? { title: 'Try Again', run: repeat });
    }
  }

  private async run(document: vscode.TextDocument, data: ActionData): Promise<void> {
    const { title, uri, version } = data;
    const text = document.getText();
    const name = key(uri, title);
    const proposal = this.proposals.begin(document);
    this.watching.set(name, (delta) => {
      if (delta.version === version && delta.text !== '') {
        proposal.show(replaced(text, [{ range: delta.range, newText: delta.text }]));
      }
    });
    try {
      const options = {
        location: vscode.ProgressLocation.Notification,
        title: `Hearth: ${title}`,
        cancellable: true,
      };
      const action = await vscode.window.withProgress(options, (_, token) => {
        proposal.onClosed(() => {
          stop.cancel();
        });
        const stop = new vscode.CancellationTokenSource();
        token.onCancellationRequested(() => {
          stop.cancel();
        });
        return this.server.resolve({ title, data }, stop.token);
      });
      const changed = changedBy(action.edit);
      if (changed.uri !== undefined && key(changed.uri, title) !== name) {
        await proposal.drop();
        await this.elsewhere(vscode.Uri.parse(changed.uri, true), changed);
      } else if (changed.version !== null && changed.version !== document.version) {
        throw new Error('The file was changed at the last moment, so the edit does not fit it any more.');
      } else {
        await proposal.finish(replaced(document.getText(), changed.edits));
      }
    } catch (error) {
      await proposal.drop();
      throw error;
    } finally {
      this.watching.delete(name);
    }
  }

  /** Shows a change of another document than the one that was asked about: its tests. */
  private async elsewhere(uri: vscode.Uri, { creates, edits }: Changed): Promise<void> {
    if (creates) {
      await this.proposals.showNew(uri, replaced('', edits));
    } else {
      const document = await vscode.workspace.openTextDocument(uri);
      await this.proposals.show(document, replaced(document.getText(), edits));
    }
  }

  private async tell(error: unknown, again?: Again): Promise<void> {
    if (error instanceof Error && 'code' in error && error.code === CANCELLED) {
      return;
    }
    if (await tellFailure(error, again?.title)) {
      await again?.run();
    }
  }
}

/** A button for another try. */
interface Again {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** What an edit of the server does: it is about one document. */
interface Changed {
  readonly uri: string | undefined;
  /** Version of the document that it is for; null if that is not known. */
  readonly version: number | null;
  readonly creates: boolean;
  readonly edits: readonly TextEdit[];
}

function changedBy(edit: WorkspaceEdit | undefined): Changed {
  const changes = edit?.documentChanges ?? [];
  const creates = changes.some((change) => 'kind' in change && change.kind === 'create');
  for (const change of changes) {
    if ('edits' in change) {
      const { uri, version } = change.textDocument;
      return { uri, version, creates, edits: change.edits.filter((each) => 'newText' in each) };
    }
  }
  return { uri: undefined, version: null, creates, edits: [] };
}

function isActionData(data: unknown): data is ActionData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'title' in data &&
    typeof data.title === 'string' &&
    'uri' in data &&
    typeof data.uri === 'string' &&
    'version' in data &&
    typeof data.version === 'number'
  );
}

/** Not `openTextDocument`, which would open it. */
function openDocument(uri: string): vscode.TextDocument | undefined {
  const wanted = vscode.Uri.parse(uri, true).toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}

function key(uri: string, title: string): string {
  return `${vscode.Uri.parse(uri).toString()} ${title}`;
}

function plain({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}

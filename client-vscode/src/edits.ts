import * as vscode from 'vscode';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageclient/node';

import { replaced } from './edited';
import type { Proposals } from './proposals';
import type { EditDeltaParams } from './protocol';
import type { Server } from './server';
import { failure } from './words';

/** Title of the action that has none: what the user wrote, on one line. */
const TITLE = 70;

/** "Edit with Hearth": the user says what to do with the selection, and sees the change as a diff while it is written. */
export class Edits implements vscode.Disposable {
  private readonly registrations: readonly vscode.Disposable[];
  private readonly watching = new Map<string, (delta: EditDeltaParams) => void>();
  private last = '';

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
    try {
      await this.run(document, selection, instruction);
    } catch (error) {
      await this.tell(error);
    }
  }

  private async run(
    document: vscode.TextDocument,
    selection: vscode.Range,
    instruction: string,
  ): Promise<void> {
    const title = instruction.replace(/\s+/g, ' ').trim().slice(0, TITLE);
    const { start, end } = selection;
    const range = { start: plain(start), end: plain(end) };
    const [uri, version, text] = [document.uri.toString(), document.version, document.getText()];
    const data = { action: 'instruct', title, uri, version, range, instruction };
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
      await proposal.finish(replaced(document.getText(), editsOf(action.edit, uri)));
    } catch (error) {
      await proposal.drop();
      throw error;
    } finally {
      this.watching.delete(name);
    }
  }

  private async tell(error: unknown): Promise<void> {
    // The code of LSP for what was cancelled: the user knows that.
    if (error instanceof Error && 'code' in error && error.code === -32800) {
      return;
    }
    const again = 'Try Again…';
    const data = error instanceof Error && 'data' in error ? error.data : undefined;
    const message = failure(error instanceof Error ? error.message : String(error), data);
    if ((await vscode.window.showWarningMessage(`Hearth: ${message}`, again)) === again) {
      await this.edit();
    }
  }
}

function editsOf(edit: WorkspaceEdit | undefined, uri: string): readonly TextEdit[] {
  const changed = (edit?.documentChanges ?? []).flatMap((change) =>
    'edits' in change && change.textDocument.uri === uri ? change.edits : [],
  );
  const edits = [...changed, ...(edit?.changes?.[uri] ?? [])];
  return edits.flatMap((each) => ('newText' in each ? [each] : []));
}

function key(uri: string, title: string): string {
  return `${vscode.Uri.parse(uri).toString()} ${title}`;
}

function plain({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}

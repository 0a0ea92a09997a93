import * as vscode from 'vscode';

import { type Offer, Outcomes } from './outcomes';
import type { Server } from './server';

const HIDE = 'editor.action.inlineSuggest.hide';
const ACCEPT_WORD = 'editor.action.inlineSuggest.acceptNextWord';
const ACCEPT_LINE = 'editor.action.inlineSuggest.acceptNextLine';

/** Watches what becomes of suggestions, and tells the server. */
export class Feedback implements vscode.Disposable {
  private readonly outcomes = new Outcomes((outcome) => {
    this.server?.announce('hearth/completion/feedback', outcome);
  });
  private readonly registrations: readonly vscode.Disposable[];
  private server: Server | undefined;
  /** A command of ours is putting a part of a suggestion in. */
  private accepting = false;

  constructor() {
    const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
    this.registrations = [
      command('hearth.completion.acceptWord', () => this.accept(ACCEPT_WORD)),
      command('hearth.completion.acceptLine', () => this.accept(ACCEPT_LINE)),
      command('hearth.completion.dismiss', () => this.dismiss()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
        const uri = document.uri.toString();
        if (reason !== undefined) {
          this.outcomes.drop(uri);
          return;
        }
        const changes = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          offset: rangeOffset,
          length: rangeLength,
          text,
        }));
        this.outcomes.changed(uri, changes, this.accepting);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
        const [selection] = selections;
        // A selection that follows from a change of the text has no kind; only who moves the cursor leaves a suggestion.
        if (kind !== undefined && selection !== undefined) {
          const { document } = textEditor;
          this.outcomes.moved(document.uri.toString(), document.offsetAt(selection.active));
        }
      }),
    ];
  }

  dispose(): void {
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  /** The outcomes go to this server. */
  follow(server: Server): void {
    this.server = server;
  }

  /** The editor is given these suggestions; those without a name say nothing to the server. */
  offered(
    document: vscode.TextDocument,
    position: vscode.Position,
    items: readonly vscode.InlineCompletionItem[],
  ): void {
    const offers = items.flatMap((item) => offerOf(document, position, item) ?? []);
    if (offers.length > 0) {
      this.outcomes.offered(document.uri.toString(), document.offsetAt(position), offers);
    }
  }

  /** A document was closed. */
  drop(document: vscode.TextDocument): void {
    this.outcomes.drop(document.uri.toString());
  }

  private async accept(command: string): Promise<void> {
    this.accepting = true;
    try {
      await vscode.commands.executeCommand(command);
    } finally {
      this.accepting = false;
    }
  }

  private async dismiss(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) {
      this.outcomes.dismissed(editor.document.uri.toString());
    }
    await vscode.commands.executeCommand(HIDE);
  }
}

/** What an item puts in at the cursor; undefined if its beginning is not what stands there. */
function offerOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  { insertText, range, command }: vscode.InlineCompletionItem,
): Offer | undefined {
  const id: unknown = command?.arguments?.[0];
  const before = range === undefined ? '' : document.getText(new vscode.Range(range.start, position));
  return typeof id === 'string' && typeof insertText === 'string' && insertText.startsWith(before)
    ? { id, text: insertText.slice(before.length) }
    : undefined;
}

import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import { Growth, type Place } from './growth';
import type { Server } from './server';

/**
 * Ghost text. The language client asks for it by itself (`textDocument/inlineCompletion`); this adds growth: the server
 * answers with the first line and sends the rest, and each time the editor is asked to show what there is now.
 */
export class Completion {
  private readonly growth = new Growth();

  /** What the language client must know before it starts. */
  readonly middleware: Middleware = {
    provideInlineCompletionItems: (document, position, context, token, next) => {
      const grown = this.growth.at(placeOf(document, position));
      if (grown === undefined) {
        return next(document, position, context, token);
      }
      const { start, end } = grown.range;
      const range = new vscode.Range(start.line, start.character, end.line, end.character);
      return [new vscode.InlineCompletionItem(grown.text, range)];
    },
    didClose: (document, next) => {
      this.growth.drop(document.uri.toString());
      return next(document);
    },
  };

  /** Shows completions as they grow. */
  follow(server: Server): void {
    server.on('hearth/completion/delta', (delta) => {
      this.growth.take(delta);
      const editor = vscode.window.activeTextEditor;
      if (
        editor !== undefined &&
        this.growth.at(placeOf(editor.document, editor.selection.active)) !== undefined
      ) {
        void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      }
    });
    server.onUp(() => {
      this.growth.clear();
    });
  }
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): Place {
  const { line, character } = position;
  return { uri: document.uri.toString(), version: document.version, line, character };
}

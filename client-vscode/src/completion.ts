import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import { Growth, type Place } from './growth';
import type { Server } from './server';

const TRIGGER = 'editor.action.inlineSuggest.trigger';
const HIDE = 'editor.action.inlineSuggest.hide';

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
      const change = this.growth.take(delta);
      const editor = vscode.window.activeTextEditor;
      if (
        editor !== undefined &&
        this.growth.at(placeOf(editor.document, editor.selection.active)) === delta
      ) {
        show(change);
      }
    });
    server.onUp(() => {
      this.growth.clear();
    });
  }
}

/**
 * Makes the editor ask again. It does so only if the request is another one than that of what it shows: an automatic
 * request is followed by an explicit one, but a second explicit one has to be made room for.
 */
function show(change: 'first' | 'more' | 'same'): void {
  if (change === 'first') {
    void vscode.commands.executeCommand(TRIGGER);
  } else if (change === 'more') {
    // In one call, so that the editor does not draw in between.
    void vscode.commands.executeCommand('runCommands', { commands: [HIDE, TRIGGER] });
  }
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): Place {
  const { line, character } = position;
  return { uri: document.uri.toString(), version: document.version, line, character };
}

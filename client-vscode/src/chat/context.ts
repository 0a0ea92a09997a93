import { basename } from 'node:path';
import * as vscode from 'vscode';

import { isOurs } from '../documents';
import type { About } from './messages';

/** The text editor that was used last; the panel having the focus does not change it. */
export class Attention implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly listening: vscode.Disposable[];
  private last = vscode.window.activeTextEditor;

  /** Another editor, or another selection in it. */
  readonly onDidChange = this.changes.event;

  constructor() {
    this.listening = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined && isOurs(editor.document)) {
          this.last = editor;
          this.changes.fire(undefined);
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.last) {
          this.changes.fire(undefined);
        }
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.changes.fire(undefined);
      }),
    ];
  }

  /** The editor, while it can be seen. */
  get editor(): vscode.TextEditor | undefined {
    const { visibleTextEditors } = vscode.window;
    const candidates = this.last === undefined ? [] : [this.last];
    return [...candidates, ...visibleTextEditors].find(
      (editor) => visibleTextEditors.includes(editor) && isOurs(editor.document),
    );
  }

  /** The file and the selection that a question asked now is about. */
  about(): About | null {
    const { editor } = this;
    if (editor === undefined) {
      return null;
    }
    const { start, end, isEmpty } = editor.selection;
    const name = basename(editor.document.uri.path);
    const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
    return {
      uri: editor.document.uri.toString(),
      range: {
        start: { line: start.line, character: start.character },
        end: { line: end.line, character: end.character },
      },
      label: isEmpty ? name : `${name}:${start.line + 1}–${last}`,
    };
  }

  dispose(): void {
    this.changes.dispose();
    this.listening.forEach((each) => {
      each.dispose();
    });
  }
}

/** Lines of a document that the server named. */
export function aboutOf(uri: string, range: About['range'] | null): About {
  const name = basename(vscode.Uri.parse(uri).path);
  if (range === null) {
    const start = { line: 0, character: 0 };
    return { uri, range: { start, end: start }, label: name };
  }
  const { start, end } = range;
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return { uri, range, label: `${name}:${start.line + 1}–${last}` };
}

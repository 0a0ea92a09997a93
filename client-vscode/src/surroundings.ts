import * as vscode from 'vscode';

import type { ContextParams } from './protocol';
import type { Server } from './server';

/** Milliseconds of quiet after which what is on the screen is told: scrolling tells nothing on its way. */
const QUIET_MS = 400;
/** Diagnostics of one document that are told; the server keeps no more. */
const MOST = 200;

/** Tells the server what only the editor sees: the lines on the screen, what is wrong, and, if it may, what was copied. */
export class Surroundings implements vscode.Disposable {
  private readonly registrations: vscode.Disposable[];
  private readonly wrong = new Set<string>();
  private waiting: NodeJS.Timeout | undefined;
  private copied = '';

  constructor(private readonly server: Server) {
    const soon = () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => void this.tell(), QUIET_MS);
    };
    this.registrations = [
      vscode.window.onDidChangeTextEditorVisibleRanges(soon),
      vscode.window.onDidChangeActiveTextEditor(soon),
      vscode.window.onDidChangeWindowState(soon),
      vscode.languages.onDidChangeDiagnostics((change) => {
        change.uris.forEach((uri) => this.wrong.add(uri.toString()));
        soon();
      }),
      server.onUp(() => {
        this.copied = '';
        vscode.workspace.textDocuments.forEach((each) => this.wrong.add(each.uri.toString()));
        soon();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async tell(): Promise<void> {
    const open = vscode.workspace.textDocuments.map((each) => each.uri.toString());
    const changed = open.filter((uri) => this.wrong.has(uri));
    this.wrong.clear();
    const params: ContextParams = {
      viewed: vscode.window.visibleTextEditors.flatMap((editor) =>
        editor.visibleRanges.map((range) => ({ uri: editor.document.uri.toString(), range })),
      ),
      diagnostics: changed.map((uri) => ({
        uri,
        items: vscode.languages.getDiagnostics(vscode.Uri.parse(uri)).slice(0, MOST).map(plain),
      })),
      clipboard: await this.clipboard(),
    };
    this.server.announce('hearth/context', params);
  }

  /** What was copied, if the user lets it be read and it is another text than before. */
  private async clipboard(): Promise<string | null> {
    const allowed = vscode.workspace.getConfiguration('hearth').get<boolean>('completion.clipboard', false);
    if (!allowed || !vscode.window.state.focused) {
      return null;
    }
    const text = await vscode.env.clipboard.readText();
    if (text === this.copied) {
      return null;
    }
    this.copied = text;
    return text;
  }
}

/** Severities of the protocol count from 1. */
function plain({ range, message, severity }: vscode.Diagnostic) {
  return { range, message, severity: (severity + 1) as 1 | 2 | 3 | 4 };
}

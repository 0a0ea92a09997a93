import * as vscode from 'vscode';

import type { Server } from './server';
import { whyReport } from './telling';

const SCHEME = 'hearth-report';

/** Reports that are read and closed: why a suggestion came. */
export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registrations: readonly vscode.Disposable[];

  readonly onDidChange = this.changes.event;

  constructor(private readonly server: Server) {
    const command = (name: string, run: () => Promise<void>) =>
      vscode.commands.registerCommand(name, async () => {
        try {
          await run();
        } catch (error) {
          void vscode.window.showWarningMessage(
            `Hearth: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      });
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      command('hearth.completion.why', () => this.why()),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }

  dispose(): void {
    this.changes.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async why(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined) {
      throw new Error('open the file whose suggestion you wonder about.');
    }
    const uri = document.uri.toString();
    const why = await this.server.request('hearth/completion/why', { textDocument: { uri } });
    await this.show('Why This Suggestion.md', whyReport(why, document.languageId));
  }

  /** Shows a report as it is meant to be read; another one of its name is replaced. */
  private async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changes.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}

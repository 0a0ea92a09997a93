import { execFile } from 'node:child_process';
import * as vscode from 'vscode';

import type { Server } from './server';
import { doctorReport, whyReport } from './telling';

const SCHEME = 'hearth-report';
/** Longest run of `hearth doctor`, in milliseconds. */
const PATIENCE = 60_000;

/** Reports that are read and closed: why a suggestion came, and whether the installation is sound. */
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
      command('hearth.doctor', () => this.doctor()),
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

  private async doctor(): Promise<void> {
    const { program } = this.server;
    if (program === undefined) {
      throw new Error('there is no server to ask. Install it, or set its path.');
    }
    await this.show('Hearth Doctor.md', doctorReport(await output(program, ['doctor', '--json'])));
  }

  /** Shows a report as it is meant to be read; another one of its name is replaced. */
  private async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changes.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}

/** What a program prints. It may end with an error and have said something useful all the same. */
function output(program: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, options, { timeout: PATIENCE, encoding: 'utf8' }, (error, stdout) => {
      if (stdout.trim() !== '') {
        resolve(stdout);
      } else {
        reject(error ?? new Error(`${program} said nothing.`));
      }
    });
  });
}

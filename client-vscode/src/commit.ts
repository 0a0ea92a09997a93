import * as vscode from 'vscode';

import type { Server } from './server';
import { tellFailure } from './troubles';

/** The part of the built-in git extension's interface that is used here. */
interface Git {
  /** Set by `git.enabled`, and only where git is installed. Else there is no API. */
  readonly enabled: boolean;
  readonly getAPI: (version: 1) => {
    readonly repositories: readonly Repository[];
    readonly getRepository: (uri: vscode.Uri) => Repository | null;
  };
}

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
}

/** Writes commit messages from what is staged into the input box of the git view, as they grow. */
export class CommitMessages implements vscode.Disposable {
  private readonly registration: vscode.Disposable;
  private readonly boxes = new Map<string, Repository['inputBox']>();
  private writing: vscode.CancellationTokenSource | undefined;
  private count = 0;

  constructor(private readonly server: Server) {
    server.on('hearth/commit/delta', ({ token, text }) => {
      const box = this.boxes.get(token);
      if (box !== undefined) {
        box.value = text;
      }
    });
    this.registration = vscode.commands.registerCommand('hearth.commitMessage', (source: unknown) =>
      this.write(source),
    );
  }

  dispose(): void {
    this.registration.dispose();
    this.writing?.cancel();
  }

  private async write(source: unknown): Promise<void> {
    // Pressed once more, it stops what is being written.
    if (this.writing !== undefined) {
      this.writing.cancel();
      return;
    }
    const repository = await repositoryOf(source);
    if (repository === undefined) {
      void vscode.window.showWarningMessage('Hearth: there is no git repository here.');
      return;
    }
    const stopping = new vscode.CancellationTokenSource();
    this.writing = stopping;
    const title = 'Hearth: writing a commit message';
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    try {
      await vscode.window.withProgress(options, (_progress, stopped) => {
        stopped.onCancellationRequested(() => {
          stopping.cancel();
        });
        return this.fill(repository, stopping.token);
      });
    } finally {
      this.writing = undefined;
      stopping.dispose();
    }
  }

  private async fill(repository: Repository, stop: vscode.CancellationToken): Promise<void> {
    const { inputBox, rootUri } = repository;
    const before = inputBox.value;
    const token = `commit-${++this.count}`;
    this.boxes.set(token, inputBox);
    try {
      const params = { root: rootUri.toString(), token };
      const { message, notes } = await this.server.request('hearth/commit/message', params, stop);
      inputBox.value = message;
      if (notes.length > 0) {
        void vscode.window.showInformationMessage(`Hearth: ${notes.join(' ')}`);
      }
    } catch (error) {
      // What the user had written is not lost to half a message.
      inputBox.value = before;
      if (!stop.isCancellationRequested) {
        void tellFailure(error);
      }
    } finally {
      this.boxes.delete(token);
    }
  }
}

/** The repository whose button was pressed; from elsewhere that of the open file, or the only one, or the chosen one. */
async function repositoryOf(source: unknown): Promise<Repository | undefined> {
  const extension = vscode.extensions.getExtension<Git>('vscode.git');
  if (extension === undefined) {
    return undefined;
  }
  const found = await extension.activate();
  if (!found.enabled) {
    return undefined;
  }
  const git = found.getAPI(1);
  const open = vscode.window.activeTextEditor?.document.uri;
  const uri = hasRoot(source) ? source.rootUri : open;
  const repository = uri === undefined ? null : git.getRepository(uri);
  if (repository !== null || git.repositories.length < 2) {
    return repository ?? git.repositories[0];
  }
  const names = git.repositories.map(({ rootUri }) => vscode.workspace.asRelativePath(rootUri));
  const chosen = await vscode.window.showQuickPick(names, { title: 'Commit Message' });
  return chosen === undefined ? undefined : git.repositories[names.indexOf(chosen)];
}

function hasRoot(source: unknown): source is { readonly rootUri: vscode.Uri } {
  return (
    typeof source === 'object' &&
    source !== null &&
    'rootUri' in source &&
    source.rootUri instanceof vscode.Uri
  );
}

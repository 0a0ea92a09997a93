import * as vscode from 'vscode';

import { activeLanguage, type Completion } from './completion';
import type { IndexAction } from './protocol';
import type { Server } from './server';
import type { Status } from './status';
import { indexLine } from './words';

interface Choice extends vscode.QuickPickItem {
  readonly command?: string;
  readonly argument?: string;
}

/** What one may want of Hearth, as things are now. */
export class Menu implements vscode.Disposable {
  private readonly registrations: readonly vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly status: Status,
    private readonly completion: Completion,
  ) {
    const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
    const steer = (action: IndexAction) => command(`hearth.index.${action}`, () => this.steer(action));
    this.registrations = [
      command('hearth.menu', () => this.show()),
      steer('pause'),
      steer('resume'),
      steer('refresh'),
      command('hearth.index.rebuild', () => this.rebuild()),
    ];
  }

  dispose(): void {
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async show(): Promise<void> {
    const choice = await vscode.window.showQuickPick(this.choices(), {
      title: 'Hearth',
      placeHolder: this.status.server.message,
    });
    if (choice?.command !== undefined) {
      await vscode.commands.executeCommand(choice.command, choice.argument);
    }
  }

  private choices(): Choice[] {
    return [
      { label: '$(comment-discussion) Ask a question', command: 'hearth.ask' },
      { label: '$(edit) Edit with Hearth…', command: 'hearth.edit' },
      { label: '$(history) Earlier chats', command: 'hearth.chat.history' },
      separator('Suggestions'),
      this.completion.snoozed > 0
        ? { label: '$(bell) End the snooze', command: 'hearth.completion.wake' }
        : { label: '$(bell-slash) Snooze', command: 'hearth.completion.snooze' },
      ...languageChoices(),
      { label: '$(question) Why this suggestion?', command: 'hearth.completion.why' },
      ...this.indexChoices(),
      separator('Server'),
      { label: '$(package) Models', command: 'hearth.models' },
      { label: '$(debug-restart) Restart the server', command: 'hearth.restart' },
      { label: '$(pulse) Check the installation', command: 'hearth.doctor' },
      { label: '$(output) Show the log', command: 'hearth.showLog' },
      {
        label: '$(gear) Settings',
        command: 'workbench.action.openSettings',
        argument: '@ext:hearth-ls.hearth',
      },
    ];
  }

  private indexChoices(): Choice[] {
    const { index } = this.status;
    if (index === undefined || index.phase === 'off') {
      return [];
    }
    const pause =
      index.phase === 'paused'
        ? { label: '$(play) Resume indexing', command: 'hearth.index.resume' }
        : { label: '$(debug-pause) Pause indexing', command: 'hearth.index.pause' };
    const refresh = { label: '$(refresh) Look at all files again', command: 'hearth.index.refresh' };
    const rebuild = { label: '$(trash) Rebuild the index…', command: 'hearth.index.rebuild' };
    return [separator(indexLine(index)), pause, refresh, rebuild];
  }

  private async rebuild(): Promise<void> {
    const detail =
      'It is deleted and made anew, with all vectors. On a large workspace that takes a while; nothing else is lost.';
    const choice = await vscode.window.showWarningMessage(
      'Rebuild the index of this workspace?',
      { modal: true, detail },
      'Rebuild',
    );
    if (choice === 'Rebuild') {
      await this.steer('rebuild');
    }
  }

  private async steer(action: IndexAction): Promise<void> {
    try {
      await this.server.request('hearth/index/control', { action });
      if (action !== 'refresh') {
        this.status.setPaused(action === 'pause');
      }
    } catch (error) {
      void vscode.window.showWarningMessage(
        `Hearth: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

function languageChoices(): Choice[] {
  const language = activeLanguage();
  return language === undefined
    ? []
    : [
        {
          label: language.off
            ? `$(check) Turn on for ${language.id}`
            : `$(circle-slash) Turn off for ${language.id}`,
          command: 'hearth.completion.toggleLanguage',
        },
      ];
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

import * as vscode from 'vscode';

import type { Completion } from './completion';
import type { IndexProgressParams, StatusResult } from './protocol';
import type { Server } from './server';
import { type Down, face } from './words';

/** The item in the status bar; a click on it offers what one may want then. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'hearth.status',
    vscode.StatusBarAlignment.Right,
    100,
  );

  private readonly indexChanges = new vscode.EventEmitter<undefined>();
  /** How the index gets on has changed. */
  readonly onDidChangeIndex = this.indexChanges.event;

  private latest: StatusResult | Down = { state: 'connecting', message: 'Hearth is starting.' };
  private progress: IndexProgressParams | undefined;
  private paused = false;

  constructor(private readonly completion: Completion) {
    this.item.name = 'Hearth';
    this.item.command = 'hearth.menu';
    this.draw();
    this.item.show();
    completion.onDidChange(() => {
      this.draw();
    });
  }

  /** What the server told last. */
  get server(): StatusResult | Down {
    return this.latest;
  }

  /** How the index gets on; undefined while nobody told. */
  get index(): IndexProgressParams | undefined {
    // The indexer finds out that it is paused when it has something to do; the user wants to see it at once.
    const idle = this.progress?.phase === 'idle';
    return this.progress !== undefined && idle && this.paused
      ? { ...this.progress, phase: 'paused' }
      : this.progress;
  }

  /** The user paused the indexer, or let it go on. */
  setPaused(paused: boolean): void {
    this.paused = paused;
    this.draw();
    this.indexChanges.fire(undefined);
  }

  /** Shows what `server` tells of itself. */
  follow(server: Server): void {
    server.onDown((down) => {
      this.progress = undefined;
      this.paused = false;
      this.show(down);
    });
    server.on('hearth/index/progress', (progress) => {
      this.progress = progress;
      this.draw();
      this.indexChanges.fire(undefined);
    });
    server.on('hearth/status', (status) => {
      this.show(status);
    });
    server.onUp(() => {
      void this.ask(server);
    });
  }

  dispose(): void {
    this.item.dispose();
    this.indexChanges.dispose();
  }

  private async ask(server: Server): Promise<void> {
    try {
      this.show(await server.request('hearth/status', {}));
      this.progress = await server.request('hearth/index/control', { action: 'tell' });
      this.draw();
      this.indexChanges.fire(undefined);
    } catch {
      // The server went away in the meantime, which `onDown` tells.
    }
  }

  private show(status: StatusResult | Down): void {
    this.latest = status;
    this.draw();
  }

  private draw(): void {
    const { text, tooltip, alarm } = face(this.latest, this.index, this.completion.snoozed);
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
    this.item.backgroundColor = alarm ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label: `Hearth: ${this.latest.message}`, role: 'button' };
  }
}

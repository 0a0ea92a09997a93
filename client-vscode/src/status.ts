import * as vscode from 'vscode';

import type { StatusResult } from './protocol';
import type { Server } from './server';
import { type Down, face } from './words';

/** The item in the status bar; a click on it offers what one may want then. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'hearth.status',
    vscode.StatusBarAlignment.Right,
    100,
  );

  constructor() {
    this.item.name = 'Hearth';
    this.item.command = 'hearth.menu';
    this.show({ state: 'connecting', message: 'Hearth is starting.' });
    this.item.show();
  }

  /** Shows what `server` tells of itself. */
  follow(server: Server): void {
    server.onDown((down) => {
      this.show(down);
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
  }

  private async ask(server: Server): Promise<void> {
    try {
      this.show(await server.request('hearth/status', {}));
    } catch {
      // The server went away in the meantime, which `onDown` tells.
    }
  }

  private show(status: StatusResult | Down): void {
    const { text, tooltip, alarm } = face(status);
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
    this.item.backgroundColor = alarm ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label: `Hearth: ${status.message}`, role: 'button' };
  }
}

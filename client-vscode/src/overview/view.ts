import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { reason } from '../chat/reason';
import { keyOf } from '../options';
import type { DoctorResult, FindingFix, IndexAction } from '../protocol';
import type { Server } from '../server';
import type { Status } from '../status';
import { indexLine } from '../words';
import { askDoctor } from './doctor';
import { fix } from './fixing';
import type { FromOverview, Section, State, ToOverview } from './messages';
import { overviewHtml } from './page';
import { Shelf } from './shelf';

/** The page about models, index and health. What it shows is kept here: it may be closed while a model is installed. */
export class Overview implements vscode.Disposable {
  private readonly shelf: Shelf;
  private readonly pages: vscode.Uri;
  private readonly registrations: readonly vscode.Disposable[];
  private panel: vscode.WebviewPanel | undefined;
  private ready = false;
  private wanted: Section | undefined;
  private health: DoctorResult | null = null;
  private healthProblem = '';
  private looking = false;

  constructor(
    context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly status: Status,
  ) {
    this.pages = vscode.Uri.joinPath(context.extensionUri, 'dist');
    this.shelf = new Shelf({
      list: () => server.request('hearth/models/list', {}),
      install: (name) => this.install(name),
      remove: (name) => server.request('hearth/models/remove', { name }),
      choose: (name, use) => server.request('hearth/models/choose', { name, use }),
      set: async ({ name, value }) => {
        const settings = vscode.workspace.getConfiguration('hearth');
        await settings.update(keyOf(name), value, vscode.ConfigurationTarget.Global);
      },
      explain: reason,
      changed: () => {
        this.show();
      },
      say: (text) => {
        this.send({ type: 'say', text });
      },
    });
    server.on('hearth/models/progress', (progress) => {
      if (this.shelf.take(progress)) {
        this.send({ type: 'progress', progress });
      }
    });
    this.registrations = [
      vscode.commands.registerCommand('hearth.models', () => this.open('models')),
      vscode.commands.registerCommand('hearth.index.show', () => this.open('index')),
      vscode.commands.registerCommand('hearth.doctor', () => this.open('health')),
      status.onDidChangeIndex(() => {
        this.show();
      }),
      server.onUp(() => {
        void this.refreshIfShown();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('hearth')) {
          void this.refreshIfShown();
        }
      }),
    ];
  }

  dispose(): void {
    this.panel?.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async open(section: Section): Promise<void> {
    this.wanted = section;
    if (this.panel === undefined) {
      this.panel = this.create();
    } else {
      this.panel.reveal();
      this.go();
    }
    await Promise.all([this.shelf.refresh(), this.look()]);
  }

  private go(): void {
    if (this.wanted !== undefined && this.ready) {
      this.send({ type: 'go', section: this.wanted });
      this.wanted = undefined;
    }
  }

  /** Has the server look whether all is well. */
  private async look(): Promise<void> {
    if (this.looking) {
      return;
    }
    this.looking = true;
    this.show();
    try {
      this.health = await askDoctor(this.server);
      this.healthProblem = '';
    } catch (error) {
      this.healthProblem = reason(error);
    }
    this.looking = false;
    this.show();
  }

  private create(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel('hearth.overview', 'Hearth', vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.pages],
    });
    const { webview } = panel;
    const image = (name: string) => vscode.Uri.joinPath(this.pages, '..', 'images', name);
    panel.iconPath = { light: image('hearth-light.svg'), dark: image('hearth-dark.svg') };
    webview.onDidReceiveMessage((message: FromOverview) => {
      void this.take(message);
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.ready = false;
    });
    // A page that was hidden is made anew when it is shown again.
    webview.html = overviewHtml({
      script: webview.asWebviewUri(vscode.Uri.joinPath(this.pages, 'overview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(this.pages, 'overview.css')).toString(),
      origin: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
    return panel;
  }

  private async take(message: FromOverview): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.show();
        this.go();
        break;
      case 'look':
        await this.look();
        break;
      case 'index':
        await this.steer(message.action);
        break;
      case 'fix':
        await this.fix(message.fix);
        break;
      case 'refresh':
        await this.shelf.refresh();
        break;
      case 'install':
        await this.shelf.install(message.name);
        break;
      case 'cancel':
        this.shelf.cancel(message.name);
        break;
      case 'remove':
        await this.remove(message.name);
        break;
      case 'choose':
        await this.shelf.choose(message.name, message.use);
        break;
      case 'dismiss':
        this.shelf.dismiss(message.name);
        break;
      case 'folder':
        await this.openFolder();
        break;
      case 'settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'hearth.models');
        break;
      case 'log':
        await vscode.commands.executeCommand('hearth.showLog');
        break;
    }
  }

  private async steer(action: IndexAction): Promise<void> {
    await vscode.commands.executeCommand(`hearth.index.${action}`);
  }

  private async fix(wanted: FindingFix): Promise<void> {
    if (wanted.kind === 'models') {
      await this.open('models');
    } else if (wanted.kind === 'install') {
      await Promise.all([this.open('models'), this.shelf.install(wanted.argument)]);
      await this.look();
    } else if (wanted.kind === 'server') {
      try {
        const { message } = await this.server.request('hearth/doctor/fix', { argument: wanted.argument });
        this.send({ type: 'say', text: message });
        this.healthProblem = '';
      } catch (error) {
        this.healthProblem = reason(error);
      }
      await this.look();
    } else {
      await fix(wanted);
    }
  }

  private install(name: string): ReturnType<Shelf['world']['install']> {
    const source = new vscode.CancellationTokenSource();
    const result = this.server.request('hearth/models/install', { name }, source.token).finally(() => {
      source.dispose();
    });
    return {
      result,
      stop: () => {
        source.cancel();
      },
    };
  }

  private async remove(name: string): Promise<void> {
    const title = this.shelf.titleOf(name);
    const detail = 'Its file is deleted. It can be installed again.';
    const choice = await vscode.window.showWarningMessage(
      `Remove ${title}?`,
      { modal: true, detail },
      'Remove',
    );
    if (choice === 'Remove') {
      await this.shelf.remove(name);
    }
  }

  private async openFolder(): Promise<void> {
    const folder = this.shelf.models?.folder;
    if (folder !== undefined) {
      const uri = vscode.Uri.file(folder);
      await vscode.workspace.fs.createDirectory(uri);
      await vscode.commands.executeCommand('revealFileInOS', uri);
    }
  }

  private async refreshIfShown(): Promise<void> {
    if (this.panel !== undefined) {
      await Promise.all([this.shelf.refresh(), this.look()]);
    }
  }

  private show(): void {
    const { index } = this.status;
    const state: State = {
      models: this.shelf.models,
      modelsProblem: this.shelf.problem,
      installing: this.shelf.installing,
      failed: this.shelf.failed,
      index: index ?? null,
      indexText: index === undefined ? '' : indexLine(index).replace(/^Index: ([a-z])/, capital),
      health: this.health,
      healthProblem: this.healthProblem,
      looking: this.looking,
    };
    this.send({ type: 'show', state });
  }

  private send(message: ToOverview): void {
    if (this.ready) {
      void this.panel?.webview.postMessage(message);
    }
  }
}

function capital(_whole: string, letter: string): string {
  return letter.toUpperCase();
}

import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

import type { ChatOpenParams } from '../protocol';
import type { Server } from '../server';
import type { Proposals } from '../proposals';
import { remedyOf } from '../troubles';
import { applyCode, insertCode } from './code';
import { clears } from './commands';
import { aboutOf, Attention } from './context';
import { titleOf } from './conversation';
import { History } from './history';
import { MENTIONS } from './knowledge';
import { openAt, openLink } from './opening';
import { attachmentsOf, mentions } from './mentions';
import type { FromPanel, ToPanel } from './messages';
import { failureOf } from './reason';
import { type Asking, Session } from './session';
import { newId, Store } from './store';
import { Suggestions } from './suggestions';
import { Surface } from './surface';

const VIEW = 'hearth.chat';
/** Where the conversation is remembered that was open when the window was closed. */
const OPEN = 'hearth.chat.open';

/** The chat. The conversation lives here; side panel and editor tabs only draw it, and may come and go. */
export class Chat implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly surfaces = new Set<Surface>();
  private readonly attention = new Attention();
  private readonly suggestions: Suggestions;
  private readonly session: Session;
  private readonly store: Store;
  private readonly history: History;
  private readonly pages: vscode.Uri;
  private readonly registrations: vscode.Disposable[];
  private view: vscode.WebviewView | undefined;
  private side: Surface | undefined;
  /** What the side panel is to do once it is there. */
  private waiting: ToPanel | undefined;
  private indexed = false;
  private restored: Promise<void> | undefined;
  private sight: ToPanel & { readonly type: 'sight' } = { type: 'sight', able: null, reason: '' };

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly proposals: Proposals,
    output: vscode.LogOutputChannel,
  ) {
    this.pages = vscode.Uri.joinPath(context.extensionUri, 'dist');
    const folder = vscode.Uri.joinPath(context.globalStorageUri, 'chats', workspaceName());
    const warn = (message: string) => {
      output.warn(message);
    };
    this.store = new Store(folder.fsPath, warn);
    const save = this.store.save.bind(this.store);
    this.session = new Session(
      { ask: this.request.bind(this), save, explain: failureOf, newId, now: Date.now, warn },
      {
        show: () => {
          this.show();
        },
        turn: (turn) => {
          this.toAll({ type: 'turn', turn });
          this.remember();
        },
        text: (id, text) => {
          this.toAll({ type: 'text', id, text });
        },
      },
    );
    this.suggestions = new Suggestions(server);
    this.history = new History(this.store, this.session);
    server.on('hearth/chat/sources', (params) => {
      this.session.takeSources(params);
    });
    server.on('hearth/chat/delta', (params) => {
      this.session.take(params);
    });
    server.on('hearth/status', ({ chatImages, chatImagesHint }) => {
      this.seeing(chatImages, chatImagesHint);
    });
    server.on('hearth/index/progress', ({ phase }) => {
      const indexed = phase === 'idle';
      if (indexed && !this.indexed) {
        this.toAll({ type: 'look' });
      }
      this.indexed = indexed;
    });
    server.onUp(() => {
      void this.askSight();
    });
    server.on('hearth/chat/open', (params) => {
      void this.askAbout(params);
    });
    const command = (name: string, run: (...given: unknown[]) => unknown) =>
      vscode.commands.registerCommand(name, run);
    this.registrations = [
      vscode.window.registerWebviewViewProvider(VIEW, this),
      this.attention.onDidChange(() => {
        this.toAll(this.about());
      }),
      command('hearth.ask', (question) => this.ask(typeof question === 'string' ? question : null)),
      command('hearth.chat.new', () => {
        this.session.open();
        return this.ask(null);
      }),
      command('hearth.chat.history', () => this.history.show()),
      command('hearth.chat.export', () => this.history.export(this.session.conversation.id)),
      command('hearth.chat.stop', () => {
        this.session.stop();
      }),
      command('hearth.chat.openInEditor', () => {
        this.openInEditor();
      }),
    ];
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    await this.restore();
    const surface = this.attach(view.webview);
    this.view = view;
    this.side = surface;
    view.onDidDispose(() => {
      this.surfaces.delete(surface);
      this.view = undefined;
      this.side = undefined;
    });
    view.onDidChangeVisibility(() => {
      if (!view.visible) {
        surface.hidden();
      }
    });
    this.describe();
    if (this.waiting !== undefined) {
      surface.sendSoon(this.waiting);
      this.waiting = undefined;
    }
  }

  /** The model writes an answer. */
  get busy(): boolean {
    return this.session.busy;
  }

  /** Shows the panel, ready to write in; with a question in it if one is given. */
  async ask(question: string | null): Promise<void> {
    const message: ToPanel = { type: 'compose', text: question };
    await Promise.all([this.restore(), vscode.commands.executeCommand(`${VIEW}.focus`)]);
    // The command may have ended before the panel is there.
    if (this.side === undefined) {
      this.waiting = message;
    } else {
      this.side.sendSoon(message);
    }
  }

  /** A code action asks: the panel shows the question and its answer. */
  private async askAbout({ question, uri, range }: ChatOpenParams): Promise<void> {
    await this.ask(null);
    if (question !== '') {
      await this.session.ask(question, uri === '' ? null : aboutOf(uri, range));
    }
  }

  async dispose(): Promise<void> {
    this.attention.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
    await this.session.close();
  }

  private openInEditor(): void {
    const panel = vscode.window.createWebviewPanel(
      'hearth.chatEditor',
      'Hearth Chat',
      vscode.ViewColumn.Beside,
    );
    const surface = this.attach(panel.webview);
    panel.onDidChangeViewState(() => {
      if (!panel.visible) {
        surface.hidden();
      }
    });
    panel.onDidDispose(() => {
      this.surfaces.delete(surface);
    });
  }

  private attach(webview: vscode.Webview): Surface {
    const surface = new Surface(
      webview,
      this.pages,
      (arrived) => {
        arrived.send(this.whole());
        arrived.send(this.about());
        arrived.send(this.sight);
      },
      (message) => {
        void this.take(message, surface);
      },
    );
    this.surfaces.add(surface);
    return surface;
  }

  private async take(message: FromPanel, from: Surface): Promise<void> {
    switch (message.type) {
      case 'ready':
        break;
      case 'ask':
        if (clears(message.text)) {
          this.session.open();
        } else {
          const wanted = message.withFile || mentions(message.text, 'selection');
          await this.session.ask(message.text, wanted ? this.attention.about() : null, message.pictures);
        }
        break;
      case 'resend':
        await this.session.resend(message.id, message.text);
        break;
      case 'stop':
        this.session.stop();
        break;
      case 'suggest': {
        const { request, word, first } = message;
        const items = await this.suggestions.of(word, first).catch(() => []);
        from.send({ type: 'suggestions', request, items });
        break;
      }
      case 'open':
        await openAt(message.uri, message.line);
        break;
      case 'link':
        await openLink(message.address);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'insert':
        await insertCode(this.attention.editor, message.text);
        break;
      case 'apply': {
        const turn = this.session.conversation.turns.find(({ id }) => id === message.id);
        await applyCode(this.proposals, this.attention.editor, turn?.about ?? null, message.text);
        break;
      }
      case 'remedy':
        await remedyOf(message.name).run();
        break;
    }
  }

  private request(params: Parameters<Session['world']['ask']>[0]): Asking {
    const source = new vscode.CancellationTokenSource();
    const answering = async () => {
      const attachments = await attachmentsOf(params.question, MENTIONS);
      return this.server.request('hearth/chat/ask', { ...params, attachments }, source.token);
    };
    const result = answering().finally(() => {
      source.dispose();
    });
    return {
      result,
      stop: () => {
        source.cancel();
      },
    };
  }

  private async askSight(): Promise<void> {
    try {
      const { chatImages, chatImagesHint } = await this.server.request('hearth/status', {});
      this.seeing(chatImages, chatImagesHint);
    } catch {
      // The server went away in the meantime; the next one is asked again.
    }
  }

  private seeing(able: boolean | null, reason: string): void {
    if (this.sight.able !== able || this.sight.reason !== reason) {
      this.sight = { type: 'sight', able, reason };
      this.toAll(this.sight);
    }
  }

  /** Opens the conversation again that was open when the window was closed. */
  private restore(): Promise<void> {
    this.restored ??= (async () => {
      const id = this.context.workspaceState.get<string>(OPEN);
      const conversation = id === undefined ? undefined : await this.store.load(id);
      if (conversation !== undefined && this.session.conversation.turns.length === 0) {
        this.session.open(conversation);
      }
    })();
    return this.restored;
  }

  private show(): void {
    this.toAll(this.whole());
    this.remember();
  }

  private remember(): void {
    const { id } = this.session.conversation;
    if (this.context.workspaceState.get(OPEN) !== id) {
      void this.context.workspaceState.update(OPEN, id);
    }
    this.describe();
  }

  private describe(): void {
    if (this.view !== undefined) {
      this.view.description = titleOf(this.session.conversation);
    }
    void vscode.commands.executeCommand('setContext', 'hearth.chat.busy', this.session.busy);
  }

  private whole(): ToPanel {
    const { conversation } = this.session;
    return { type: 'show', title: titleOf(conversation), turns: conversation.turns };
  }

  private about(): ToPanel {
    return { type: 'about', label: this.attention.about()?.label ?? null };
  }

  private toAll(message: ToPanel): void {
    this.surfaces.forEach((surface) => {
      surface.send(message);
    });
  }
}

/**
 * Name of the folder with the chats of this workspace. The editor's own folder for a workspace will not do: it gives a
 * second window of the same workspace another one, whose chats nobody finds again.
 */
function workspaceName(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const place = (workspaceFile ?? workspaceFolders?.[0]?.uri)?.toString() ?? '';
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}

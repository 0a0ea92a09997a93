import * as vscode from 'vscode';

import { markdownOf, type Summary } from './conversation';
import type { Session } from './session';
import type { Store } from './store';

interface Row extends vscode.QuickPickItem {
  readonly chat: Summary;
}

const RENAME = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const EXPORT = { iconPath: new vscode.ThemeIcon('export'), tooltip: 'Export as Markdown' };
const DELETE = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

/** The list of earlier chats: typing searches it, a choice opens, buttons rename, export and delete. */
export class History {
  constructor(
    private readonly store: Store,
    private readonly session: Session,
  ) {}

  /** Shows the list. Resolves when it is closed. */
  async show(): Promise<void> {
    const pick = vscode.window.createQuickPick<Row>();
    pick.title = 'Chats';
    pick.placeholder = 'Search earlier chats';
    pick.matchOnDescription = true;
    const refresh = async () => {
      pick.items = rows(await this.store.list(), this.session.conversation.id);
    };
    pick.onDidTriggerItemButton(async ({ item: { chat }, button }) => {
      if (button === RENAME) {
        await this.rename(chat);
      } else if (button === EXPORT) {
        await this.export(chat.id);
      } else if (button === DELETE) {
        await this.remove(chat);
        await refresh();
      }
    });
    pick.onDidAccept(async () => {
      const chosen = pick.selectedItems[0]?.chat;
      pick.hide();
      if (chosen !== undefined && chosen.id !== this.session.conversation.id) {
        const conversation = await this.store.load(chosen.id);
        if (conversation !== undefined) {
          this.session.open(conversation);
        }
      }
    });
    const closed = new Promise<void>((resolve) => {
      pick.onDidHide(() => {
        pick.dispose();
        resolve();
      });
    });
    pick.busy = true;
    pick.show();
    await refresh();
    pick.busy = false;
    await closed;
  }

  /** Opens a chat as a Markdown document that is not saved yet. */
  async export(id: string): Promise<void> {
    const open = this.session.conversation;
    const conversation = id === open.id ? open : await this.store.read(id);
    if (conversation !== undefined) {
      const content = markdownOf(conversation);
      const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
      await vscode.window.showTextDocument(document, { preview: false });
    }
  }

  private async rename(chat: Summary): Promise<void> {
    const title = await vscode.window.showInputBox({ title: 'Rename Chat', value: chat.title });
    if (title === undefined || title.trim() === '') {
      return;
    }
    if (chat.id === this.session.conversation.id) {
      this.session.rename(title.trim());
      return;
    }
    const conversation = await this.store.load(chat.id);
    if (conversation !== undefined) {
      await this.store.save({ ...conversation, title: title.trim() });
    }
  }

  private async remove(chat: Summary): Promise<void> {
    const message = `Delete the chat "${chat.title}"?`;
    const choice = await vscode.window.showWarningMessage(message, { modal: true }, 'Delete');
    if (choice !== 'Delete') {
      return;
    }
    if (chat.id === this.session.conversation.id) {
      this.session.open();
    }
    await this.session.close();
    await this.store.remove(chat.id);
  }
}

function rows(chats: readonly Summary[], open: string): Row[] {
  return chats.map((chat) => ({
    label: chat.title || 'Untitled',
    description: `${chat.id === open ? 'open · ' : ''}${new Date(chat.changed).toLocaleString()}`,
    buttons: [RENAME, EXPORT, DELETE],
    chat,
  }));
}

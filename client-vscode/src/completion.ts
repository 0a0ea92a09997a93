import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

import { selector } from './documents';
import { Feedback } from './feedback';
import { Growth, type Place } from './growth';
import type { Server } from './server';
import { Snooze } from './snooze';

const TRIGGER = 'editor.action.inlineSuggest.trigger';
const HIDE = 'editor.action.inlineSuggest.hide';
/** Of the server, which learns so what became of a suggestion. */
const ACCEPTED = 'hearth.completion.accepted';
/** Setting with the languages that have no suggestions. */
const DISABLED = 'completion.disabledLanguages';
/** How long suggestions can be snoozed, in minutes. */
const SNOOZES = [5, 15, 60, 8 * 60];

/**
 * Ghost text. The language client asks for it by itself (`textDocument/inlineCompletion`); this adds growth: the server
 * answers with the first line and sends the rest, and each time the editor is asked to show what there is now.
 */
export class Completion implements vscode.Disposable {
  private readonly growth = new Growth();
  private readonly feedback = new Feedback();
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly snooze = new Snooze(() => {
    void vscode.commands.executeCommand('setContext', 'hearth.snoozed', this.snooze.left > 0);
    void vscode.commands.executeCommand(HIDE);
    this.changes.fire(undefined);
  });
  private readonly registrations: readonly vscode.Disposable[];
  /** While it is over zero the editor asks because it was made to, and not by hand. */
  private showing = 0;
  /** The editor is not known to be too old for `replace`. */
  private replaces = true;

  /** Suggestions are snoozed, or come again. */
  readonly onDidChange = this.changes.event;

  /** What the language client must know before it starts. */
  readonly middleware: Middleware = {
    provideInlineCompletionItems: async (document, position, context, token, next) => {
      if (this.snooze.left > 0) {
        return [];
      }
      if (this.showing === 0 && context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke) {
        this.growth.byHand(placeOf(document, position));
      }
      const grown = this.grown(document, position);
      if (grown !== undefined) {
        return grown;
      }
      const { version } = document;
      const answer = (await next(document, position, context, token)) ?? [];
      if (document.version === version && !token.isCancellationRequested) {
        this.feedback.offered(document, position, Array.isArray(answer) ? answer : answer.items);
      }
      return answer;
    },
    didClose: (document, next) => {
      this.growth.drop(document.uri.toString());
      this.feedback.drop(document);
      return next(document);
    },
  };

  /** @param extension identifier of this extension */
  constructor(private readonly extension: string) {
    const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
    this.registrations = [
      command('hearth.completion.snooze', () => this.chooseSnooze()),
      command('hearth.completion.wake', () => {
        this.snooze.end();
      }),
      command('hearth.completion.toggleLanguage', toggleLanguage),
    ];
  }

  /** Milliseconds until snoozed suggestions come again; 0 if they are not snoozed. */
  get snoozed(): number {
    return this.snooze.left;
  }

  dispose(): void {
    this.feedback.dispose();
    this.snooze.end();
    this.changes.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  private async chooseSnooze(): Promise<void> {
    const choices = SNOOZES.map((minutes) => ({
      label: minutes < 60 ? `${minutes} minutes` : minutes === 60 ? '1 hour' : `${minutes / 60} hours`,
      minutes,
    }));
    const choice = await vscode.window.showQuickPick(choices, { title: 'No Suggestions For' });
    if (choice !== undefined) {
      this.snooze.begin(choice.minutes);
    }
  }

  /**
   * Makes the editor ask again. It does so only if the request is another one than that of what it shows: an automatic
   * request is followed by an explicit one.
   */
  private async show(change: 'first' | 'more' | 'same'): Promise<void> {
    if (change === 'same') {
      return;
    }
    this.showing += 1;
    try {
      if (change === 'first') {
        await vscode.commands.executeCommand(TRIGGER);
      } else if (!this.replaces || !(await this.replace())) {
        this.replaces = false;
        await vscode.commands.executeCommand('runCommands', { commands: [HIDE, TRIGGER] });
      }
    } finally {
      this.showing -= 1;
    }
  }

  /**
   * Has a provider asked that was not there before: what it answers takes the place of what is shown in one step. To hide
   * that first would leave an empty frame. Tells whether this editor can be made to ask a certain provider.
   */
  private async replace(): Promise<boolean> {
    let can = true;
    const provider = vscode.languages.registerInlineCompletionItemProvider(selector(), {
      provideInlineCompletionItems: (document, position, { triggerKind }) => {
        // An editor that does not know the arguments asks everybody, and as if it were asked by hand.
        can = triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
        return this.showing > 0 ? this.grown(document, position) : undefined;
      },
    });
    try {
      await vscode.commands.executeCommand(TRIGGER, { providerId: `${this.extension}:*`, explicit: false });
    } catch {
      can = false;
    } finally {
      provider.dispose();
    }
    return can;
  }

  /** What has grown here, as the editor takes it. */
  private grown(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.InlineCompletionItem[] | undefined {
    const grown = this.growth.at(placeOf(document, position));
    if (grown === undefined) {
      return undefined;
    }
    const { start, end } = grown.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    const accepted = { title: '', command: ACCEPTED, arguments: [grown.id] };
    const item = new vscode.InlineCompletionItem(grown.text, range, accepted);
    this.feedback.offered(document, position, [item]);
    return [item];
  }

  /** Shows completions as they grow. */
  follow(server: Server): void {
    this.feedback.follow(server);
    server.on('hearth/completion/delta', (delta) => {
      const change = this.growth.take(delta);
      const editor = vscode.window.activeTextEditor;
      if (
        editor !== undefined &&
        this.growth.at(placeOf(editor.document, editor.selection.active)) === delta
      ) {
        void this.show(change);
      }
    });
    server.onUp(() => {
      this.growth.clear();
    });
  }
}

/** The language of the active editor, and whether its suggestions are turned off. */
export function activeLanguage(): { readonly id: string; readonly off: boolean } | undefined {
  const id = vscode.window.activeTextEditor?.document.languageId;
  return id === undefined ? undefined : { id, off: disabledLanguages().includes(id) };
}

async function toggleLanguage(): Promise<void> {
  const language = activeLanguage();
  if (language === undefined) {
    void vscode.window.showInformationMessage('Hearth: open a file of that language first.');
    return;
  }
  const others = disabledLanguages().filter((id) => id !== language.id);
  await vscode.workspace
    .getConfiguration('hearth')
    .update(DISABLED, language.off ? others : [...others, language.id], vscode.ConfigurationTarget.Global);
}

function disabledLanguages(): readonly string[] {
  return vscode.workspace.getConfiguration('hearth').get<string[]>(DISABLED, []);
}

function placeOf(document: vscode.TextDocument, position: vscode.Position): Place {
  const { line, character } = position;
  return { uri: document.uri.toString(), version: document.version, line, character };
}

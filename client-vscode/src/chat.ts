import * as vscode from 'vscode';
import { ErrorCodes, ResponseError } from 'vscode-languageclient/node';

import type { ChatAskParams } from './protocol';
import { SELECTOR, type Server } from './server';
import { failure, footer, sourcesLine } from './words';

const SCHEME = 'hearth-chat';
/** A document is not redrawn more often than this, in milliseconds: each redraw reads all of it again. */
const REDRAW = 50;

/** One question and its answer, as the text of a read-only document. */
interface Answer {
  readonly uri: vscode.Uri;
  text: string;
}

/** Questions, answered into a Markdown document beside the code as the tokens come. */
export class Chat implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly answers = new Map<string, Answer>();
  private readonly redraws = new Map<string, NodeJS.Timeout>();
  private readonly registration: vscode.Disposable;
  private count = 0;

  readonly onDidChange = this.changes.event;

  constructor(private readonly server: Server) {
    // Not before `onDidChange` is there: the editor looks for it once.
    this.registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
    server.on('hearth/chat/sources', ({ token, sources, notes }) => {
      this.append(token, sourcesLine(sources, notes));
    });
    server.on('hearth/chat/delta', ({ token, text }) => {
      this.append(token, text);
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.answers.get(uri.query)?.text ?? '';
  }

  /** Asks for a question, and shows its answer. */
  async ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const question = await vscode.window.showInputBox({
      title: 'Ask Hearth',
      prompt: 'The open file goes along; @path brings another.',
      placeHolder: 'What does this function do?',
    });
    if (question === undefined || question.trim() === '') {
      return;
    }
    this.count += 1;
    const token = `vscode-${this.count}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Hearth ${this.count}.md`, query: token });
    this.answers.set(token, { uri, text: `**${question.trim().replaceAll('\n', ' ')}**\n\n` });
    await vscode.window.showTextDocument(uri, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
    await this.stream(token, { question, token, ...contextOf(editor) });
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
    this.redraws.forEach(clearTimeout);
  }

  private async stream(token: string, params: ChatAskParams): Promise<void> {
    const where = {
      location: vscode.ProgressLocation.Notification,
      title: 'Hearth answers',
      cancellable: true,
    };
    await vscode.window.withProgress(where, async (_progress, stop) => {
      try {
        this.append(token, footer(await this.server.request('hearth/chat/ask', params, stop)));
      } catch (error) {
        this.append(token, `\n\n> ${stop.isCancellationRequested ? 'Stopped.' : reason(error)}\n`);
      }
    });
  }

  private append(token: string, text: string): void {
    const answer = this.answers.get(token);
    if (answer === undefined) {
      return;
    }
    answer.text += text;
    if (!this.redraws.has(token)) {
      const redraw = setTimeout(() => {
        this.redraws.delete(token);
        this.changes.fire(answer.uri);
      }, REDRAW);
      this.redraws.set(token, redraw);
    }
  }
}

function reason(error: unknown): string {
  if (error instanceof ResponseError) {
    if (error.code === ErrorCodes.PendingResponseRejected) {
      return 'The Hearth server ended before the answer did. It is started again; please ask once more.';
    }
    return failure(error.message, error.data);
  }
  return error instanceof Error ? error.message : String(error);
}

function contextOf(editor: vscode.TextEditor | undefined): Pick<ChatAskParams, 'textDocument' | 'selection'> {
  if (editor === undefined || !SELECTOR.some(({ scheme }) => scheme === editor.document.uri.scheme)) {
    return {};
  }
  const { start, end } = editor.selection;
  return {
    textDocument: { uri: editor.document.uri.toString() },
    selection: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
  };
}

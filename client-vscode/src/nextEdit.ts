import * as vscode from 'vscode';

import type { Completion } from './completion';
import { isOurs } from './documents';
import { type Cursor, landing, step } from './following';
import type { Marks } from './marks';
import type { NextEdit } from './protocol';
import { rangeOf } from './ranges';
import type { Server } from './server';
import { Settled } from './settled';

/** Milliseconds without an edit after which it is asked what follows. */
const QUIET_MS = 350;
/** Keys are the offer's while this is set. */
const SHOWN = 'hearth.nextEditShown';

/** An edit that is offered. */
interface Offer {
  readonly edit: NextEdit;
  /** The document that it was asked for in. */
  readonly from: string;
}

/**
 * Offers the edit that likely follows the last one: Tab goes there, Tab once more makes it, Escape drops it until
 * something is edited again. An offer ends with any edit, so that it never meets another text than it was found for.
 */
export class NextEdits implements vscode.Disposable {
  private readonly asking = new Settled(
    (signal) => this.ask(signal),
    (offer) => {
      this.offer(offer);
    },
  );
  private readonly registrations: readonly vscode.Disposable[];
  private offered: Offer | undefined;
  private shown = false;
  /** There is none before the first offer: what measures text takes a while to load. */
  private marks: Marks | undefined;

  constructor(
    private readonly server: Server,
    private readonly completion: Completion,
  ) {
    const draw = () => {
      this.draw();
    };
    const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
    this.registrations = [
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isOurs(document)) {
          this.again(QUIET_MS);
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(draw),
      vscode.window.onDidChangeTextEditorVisibleRanges(draw),
      vscode.window.onDidChangeActiveTextEditor(draw),
      vscode.window.onDidChangeVisibleTextEditors(draw),
      completion.onDidChange(() => {
        this.drop();
      }),
      server.onDown(() => {
        this.drop();
      }),
      command('hearth.nextEdit.accept', () => this.accept()),
      command('hearth.nextEdit.dismiss', () => {
        this.drop();
      }),
    ];
  }

  dispose(): void {
    this.drop();
    this.marks?.dispose();
    this.registrations.forEach((each) => {
      each.dispose();
    });
  }

  /** Drops what is offered and asks anew. */
  private again(ms: number): void {
    this.drop();
    this.asking.in(ms);
  }

  private drop(): void {
    this.asking.stop();
    this.offer(undefined);
  }

  private offer(offer: Offer | undefined): void {
    this.offered = offer;
    this.draw();
  }

  private async ask(signal: AbortSignal): Promise<Offer | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isOurs(document) || this.completion.snoozed > 0) {
      return undefined;
    }
    const stopping = new vscode.CancellationTokenSource();
    signal.addEventListener('abort', () => {
      stopping.cancel();
    });
    const from = document.uri.toString();
    try {
      const { edit } = await this.server.request(
        'hearth/nextEdit',
        { textDocument: { uri: from } },
        stopping.token,
      );
      if (edit === null) {
        return undefined;
      }
      const { Marks } = await import('./marks');
      this.marks ??= new Marks();
      return { edit: { ...edit, uri: vscode.Uri.parse(edit.uri).toString() }, from };
    } finally {
      stopping.dispose();
    }
  }

  /** The editor that has the offer: it shows the place, or what was edited before. */
  private pointer(): vscode.TextEditor | undefined {
    const editor = vscode.window.activeTextEditor;
    const uri = editor?.document.uri.toString();
    return uri === this.offered?.from || uri === this.offered?.edit.uri ? editor : undefined;
  }

  private draw(): void {
    const pointer = this.offered === undefined ? undefined : this.pointer();
    this.marks?.draw(this.offered?.edit, pointer);
    const shown = pointer !== undefined;
    if (shown !== this.shown) {
      this.shown = shown;
      void vscode.commands.executeCommand('setContext', SHOWN, shown);
    }
  }

  private async accept(): Promise<void> {
    const editor = this.pointer();
    const edit = this.offered?.edit;
    if (editor === undefined || edit === undefined) {
      return;
    }
    switch (step(edit, cursorOf(editor))) {
      case 'jump':
        await this.jump(edit, editor);
        break;
      case 'apply':
        // Nobody should make what they cannot have seen.
        if (!(await this.marks?.reveal(edit, editor))) {
          await this.apply(edit, editor);
        }
        break;
      case 'indent':
        await vscode.commands.executeCommand('tab');
        break;
      case 'nothing':
        this.drop();
    }
  }

  private async jump(edit: NextEdit, from: vscode.TextEditor): Promise<void> {
    const { start } = rangeOf(edit);
    const selection = new vscode.Range(start, start);
    if (from.document.uri.toString() === edit.uri) {
      from.selection = new vscode.Selection(start, start);
      from.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      await this.marks?.reveal(edit, from);
      return;
    }
    if (edit.version === null) {
      this.drop();
    }
    const shown = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === edit.uri,
    );
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(edit.uri));
    const column = shown?.viewColumn ?? vscode.ViewColumn.Active;
    const editor = await vscode.window.showTextDocument(document, { selection, viewColumn: column });
    await this.marks?.reveal(edit, editor);
    if (edit.version === null) {
      // Now that it is open it has a version, which the edit has to be for.
      this.again(0);
    }
  }

  private async apply(edit: NextEdit, editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const range = rangeOf(edit);
    const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    const start = document.offsetAt(range.start);
    const to = landing(edit, eol);
    // The editor makes it only if the text is still the one that it is made for, and as one step to undo.
    const made = await editor.edit((builder) => {
      builder.replace(range, edit.newText);
    });
    if (made) {
      const cursor =
        to === 'above' ? document.lineAt(range.start.line - 1).range.end : document.positionAt(start + to);
      editor.selection = new vscode.Selection(cursor, cursor);
      this.again(0);
    }
  }
}

function cursorOf({ document, selection: { active } }: vscode.TextEditor): Cursor {
  return {
    uri: document.uri.toString(),
    version: document.version,
    line: active.line,
    before: document.lineAt(active.line).text.slice(0, active.character),
  };
}

import * as vscode from 'vscode';

import { type Hunk, hunkAt, hunksOf, type Side, withLineEnds } from './hunks';

/** What is proposed for a document, all of it written, and what differs. */
export interface Offered {
  readonly proposed: vscode.TextDocument;
  readonly document: vscode.TextDocument;
  readonly hunks: readonly Hunk[];
}

/** Puts hunks of a proposal into its document, in one step. */
export async function take({ document, proposed }: Offered, hunks: readonly Hunk[]): Promise<boolean> {
  const text = textFor(document, proposed);
  const edit = new vscode.WorkspaceEdit();
  for (const hunk of hunks) {
    edit.replace(document.uri, rangeOf(document, hunk, 'left'), text.slice(hunk.right.start, hunk.right.end));
  }
  return vscode.workspace.applyEdit(edit);
}

/** Where a document and what is proposed for it differ. */
export function differences(document: vscode.TextDocument, proposed: vscode.TextDocument): readonly Hunk[] {
  return hunksOf(document.getText(), textFor(document, proposed));
}

/** What is proposed, with the line ends of the document that it is for. */
function textFor(document: vscode.TextDocument, proposed: vscode.TextDocument): string {
  return withLineEnds(proposed.getText(), document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
}

/** Lines of a hunk. Not its offsets: they may be of the same text with other line ends. */
export function rangeOf(document: vscode.TextDocument, hunk: Hunk, side: Side): vscode.Range {
  const { line, lines } = hunk[side];
  return document.validateRange(new vscode.Range(line, 0, line + lines, 0));
}

/** The hunk at the cursor, on whichever side it is. */
export function current({ document, proposed, hunks }: Offered): Hunk | undefined {
  const editor = vscode.window.activeTextEditor;
  const side = editor?.document === document ? 'left' : 'right';
  const line =
    editor?.document === document || editor?.document === proposed ? editor.selection.active.line : 0;
  return hunkAt(hunks, side, line);
}

import * as vscode from 'vscode';

import { blankOf, indented, placeOf } from './placement';
import type { About } from './messages';
import type { Proposals } from '../proposals';

/** Puts code of an answer at the cursor, with the indentation of the line there. */
export async function insertCode(editor: vscode.TextEditor | undefined, code: string): Promise<void> {
  if (editor === undefined) {
    await openNew(code);
    return;
  }
  const { start } = editor.selection;
  const before = editor.document.lineAt(start.line).text.slice(0, start.character);
  const text = before.trim() === '' ? indented(code, before).slice(before.length) : code.replace(/\n$/, '');
  await editor.edit((edit) => {
    edit.replace(editor.selection, text);
  });
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/**
 * Shows what code of an answer changes in the file that the question was about, or else in the one that is open. Code
 * that is a new version of nothing there is put in at the cursor.
 */
export async function applyCode(
  proposals: Proposals,
  editor: vscode.TextEditor | undefined,
  about: About | null,
  code: string,
): Promise<void> {
  const uri = about === null ? editor?.document.uri : vscode.Uri.parse(about.uri, true);
  if (uri === undefined) {
    await openNew(code);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = document.getText().split(/\r\n|\r|\n/);
  const selected =
    about === null || isEmpty(about)
      ? undefined
      : { from: about.range.start.line, to: about.range.end.line + (about.range.end.character > 0 ? 1 : 0) };
  const cursor = editor?.document === document ? editor.selection.active.line : lines.length;
  const span = placeOf(code, lines, selected) ?? { from: cursor, to: cursor };
  const fresh = indented(code, blankOf(lines[span.from] ?? '')).split('\n');
  const proposed = [...lines.slice(0, span.from), ...fresh, ...lines.slice(span.to)];
  await proposals.show(document, proposed.join(document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'));
}

async function openNew(content: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
}

function isEmpty({ range: { start, end } }: About): boolean {
  return start.line === end.line && start.character === end.character;
}

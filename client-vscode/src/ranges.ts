import * as vscode from 'vscode';

import type { NextEdit } from './protocol';

/** The range of an edit, as the editor has it. */
export function rangeOf({ range: { start, end } }: NextEdit): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

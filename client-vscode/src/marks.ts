import * as vscode from 'vscode';

import { difference, drawn, hint } from './following';
import type { NextEdit } from './protocol';

/** Declared in package.json: themes of high contrast have neither a colour of ghost text nor one behind what is inserted. */
const FOREGROUND = new vscode.ThemeColor('hearth.nextEdit.foreground');

const COME = {
  color: FOREGROUND,
  border: '1px solid',
  borderColor: new vscode.ThemeColor('hearth.nextEdit.border'),
  backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
  fontStyle: 'italic',
};
const HINT = { color: FOREGROUND, margin: '0 0 0 2em' };

/** Draws an edit that is offered: what goes, what comes, and where to look if that is not on the screen. */
export class Marks implements vscode.Disposable {
  private readonly gone = vscode.window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.infoForeground'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly come = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly hints = vscode.window.createTextEditorDecorationType({});
  private drawn = false;

  /** Draws `edit` in place of what was drawn before; `pointer` is the editor with the hint, if it has the offer. */
  draw(edit: NextEdit | undefined, pointer: vscode.TextEditor | undefined): void {
    if (edit === undefined && !this.drawn) {
      return;
    }
    this.drawn = edit !== undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const here = edit?.uri === document.uri.toString() && edit.version === document.version;
      const [gone, come] = here ? places(edit, document) : [[], []];
      editor.setDecorations(this.gone, gone);
      editor.setDecorations(this.come, come);
      editor.setDecorations(
        this.hints,
        edit !== undefined && editor === pointer ? pointing(edit, editor) : [],
      );
    }
  }

  dispose(): void {
    [this.gone, this.come, this.hints].forEach((each) => {
      each.dispose();
    });
  }
}

function places(edit: NextEdit, document: vscode.TextDocument): [vscode.Range[], vscode.DecorationOptions[]] {
  const range = rangeOf(edit);
  const { from, to, come } = difference(document.getText(range), edit.newText);
  const start = document.offsetAt(range.start);
  const changed = new vscode.Range(document.positionAt(start + from), document.positionAt(start + to));
  const after = { ...COME, contentText: drawn(come) };
  const place = new vscode.Range(changed.end, changed.end);
  return [changed.isEmpty ? [] : [changed], come === '' ? [] : [{ range: place, renderOptions: { after } }]];
}

/** At the end of the place's line if that is on the screen, else of the cursor's. */
function pointing(edit: NextEdit, editor: vscode.TextEditor): vscode.DecorationOptions[] {
  const { document, selection, visibleRanges } = editor;
  const range = rangeOf(edit);
  const here = edit.uri === document.uri.toString();
  const seen = here && visibleRanges.some((each) => each.contains(range.start));
  const { end } = document.lineAt(seen ? range.end.line : selection.active.line).range;
  const contentText = seen ? '⇥\u00a0Tab' : drawn(hint(edit, document.uri.toString()));
  return [{ range: new vscode.Range(end, end), renderOptions: { after: { ...HINT, contentText } } }];
}

/** The range of an edit, as the editor has it. */
export function rangeOf({ range: { start, end } }: NextEdit): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

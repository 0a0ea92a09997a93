import * as vscode from 'vscode';

import type { Block } from './block';
import { shown } from './columns';
import { drawn, hint } from './following';
import { foldedOf, HINT, planned, seenOf, tabOf } from './plan';
import type { NextEdit } from './protocol';

/** Declared in package.json: the colour of ghost text can hardly be read on that behind what is inserted. */
const FOREGROUND = new vscode.ThemeColor('hearth.nextEdit.foreground');
const GONE = new vscode.ThemeColor('diffEditor.removedTextBackground');
const ADDED = new vscode.ThemeColor('editorGutter.addedBackground');
const RULER = new vscode.ThemeColor('editorOverviewRuler.infoForeground');

const COME = {
  color: FOREGROUND,
  border: '1px solid',
  borderColor: new vscode.ThemeColor('hearth.nextEdit.border'),
  backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
};
const BLANK = { contentText: '⏎', color: FOREGROUND, backgroundColor: GONE };
/** All themes have a colour of code lenses, which are no text of the document either. */
const LENS = new vscode.ThemeColor('editorCodeLens.foreground');
const TAB = '⇥\u00a0Tab';
/** Columns before a hint. */
const GAP = 2;
/** Columns of text that comes into a line. */
const MOST = 120;

/** What is drawn in one editor. */
interface Picture {
  readonly gone: readonly vscode.Range[];
  readonly come: readonly vscode.DecorationOptions[];
  /** Lines before which, and behind which, others come. */
  readonly over: readonly vscode.Range[];
  readonly under: readonly vscode.Range[];
  /** A hint before what comes in the same place, or behind it. */
  readonly before: readonly vscode.DecorationOptions[];
  readonly behind: readonly vscode.DecorationOptions[];
}

type Kind = vscode.TextEditorDecorationType;

const NOTHING: Picture = { gone: [], come: [], over: [], under: [], before: [], behind: [] };

/** Draws an edit that is offered: what goes, what comes, and where to look if that is not on the screen. */
export class Marks implements vscode.Disposable {
  private readonly gone = vscode.window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    backgroundColor: GONE,
    overviewRulerColor: RULER,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly over = between('1px 0 0 0');
  private readonly under = between('0 0 1px 0');
  private readonly before: Kind;
  private readonly come: Kind;
  private readonly behind: Kind;
  /** What each editor was given last: it is given nothing twice, as it draws that anew. */
  private readonly given = new WeakMap<vscode.TextEditor, string>();
  private drawn = false;
  /** What was brought on the screen, as far as it has room. */
  private revealed: NextEdit | undefined;

  constructor() {
    const kind = () => vscode.window.createTextEditorDecorationType({});
    const kinds: [Kind, Kind, Kind] = [kind(), kind(), kind()];
    // Two that stand in the same place the editor draws in the order of their keys, as texts.
    [this.before, this.come, this.behind] = kinds.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** Draws `edit` in place of what was drawn before; `pointer` is the editor with the hint, if it has the offer. */
  draw(edit: NextEdit | undefined, pointer: vscode.TextEditor | undefined): void {
    if (edit === undefined && !this.drawn) {
      return;
    }
    this.drawn = edit !== undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const picture = edit === undefined ? NOTHING : pictured(edit, editor, editor === pointer);
      const key = JSON.stringify(picture);
      if (key === this.given.get(editor)) {
        continue;
      }
      this.given.set(editor, key);
      editor.setDecorations(this.gone, picture.gone);
      editor.setDecorations(this.come, picture.come);
      editor.setDecorations(this.over, picture.over);
      editor.setDecorations(this.under, picture.under);
      editor.setDecorations(this.before, picture.before);
      editor.setDecorations(this.behind, picture.behind);
    }
  }

  /** Brings all that is drawn of an edit on the screen, once; returns whether something of it was not there. */
  async reveal(edit: NextEdit, editor: vscode.TextEditor): Promise<boolean> {
    const plan = planned(edit, editor);
    if (plan === undefined || this.revealed === edit) {
      return false;
    }
    const { first, last } = plan;
    const changed = [...plan.gone, ...plan.come].map(({ line }) => line);
    const folded = foldedOf(editor, first, last);
    const hidden = changed.filter((line) => folded.includes(line));
    if (hidden.length === 0 && seenOf(editor, first, last).length + folded.length > last - first) {
      return false;
    }
    this.revealed = edit;
    if (hidden.length > 0) {
      await vscode.commands.executeCommand('editor.unfold', { selectionLines: hidden });
    }
    const lines = new vscode.Range(first, 0, last, 0);
    editor.revealRange(lines, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return true;
  }

  dispose(): void {
    [this.gone, this.over, this.under, this.before, this.come, this.behind].forEach((each) => {
      each.dispose();
    });
  }
}

/** A line between two lines of the document. */
function between(borderWidth: string): Kind {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: 'solid',
    borderWidth,
    borderColor: ADDED,
    overviewRulerColor: RULER,
  });
}

function pictured(edit: NextEdit, editor: vscode.TextEditor, hinted: boolean): Picture {
  const { document } = editor;
  const plan = planned(edit, editor);
  const seen = plan === undefined ? [] : seenOf(editor, plan.first, plan.last);
  const far = hinted && seen.length === 0 ? [pointing(edit, editor)] : [];
  if (plan === undefined) {
    return { ...NOTHING, behind: far };
  }
  const { lines, block, now } = plan;
  const tab = tabOf(editor);
  const whole = () => new vscode.MarkdownString().appendCodeblock(now.join('\n'), document.languageId);
  const come = plan.come.map(({ line, at, text }) => {
    const contentText = shown(text, tab, MOST);
    return {
      range: new vscode.Range(line, at, line, at),
      ...(contentText.endsWith('…') ? { hoverMessage: whole() } : {}),
      renderOptions: { after: { ...COME, fontStyle: 'italic', contentText } },
    };
  });
  const blank = plan.blank.map((line) => {
    return { range: new vscode.Range(line, 0, line, 0), renderOptions: { before: BLANK } };
  });
  const within = lines?.replaced === 0;
  const atEnd = within && lines.line >= document.lineCount;
  const { start, end } = document.lineAt(atEnd ? document.lineCount - 1 : (lines?.line ?? 0)).range;
  const near = block?.rows[block.hint.row]?.line ?? seen.at(-1) ?? plan.last;
  const hints = hinted && seen.length > 0 ? [hintAt(near, TAB, document)] : far;
  const before = block?.hint.before === true && far.length === 0;
  const rows = block === undefined ? [] : rowsOf(block, before && hints.length > 0, document);
  return {
    gone: plan.gone.map(({ line, from, to }) => new vscode.Range(line, from, line, to)),
    come: [
      ...come,
      ...blank,
      ...rows.map((each) => (block?.cut === true ? { ...each, hoverMessage: whole() } : each)),
    ],
    over: within && !atEnd ? [new vscode.Range(start, start)] : [],
    under: atEnd ? [new vscode.Range(end, end)] : [],
    before: before ? hints : [],
    behind: before ? [] : hints,
  };
}

/** A block's rows, each at the end of its line; one may have a hint before it. */
function rowsOf(
  { rows, width, hint: place }: Block,
  hinted: boolean,
  document: vscode.TextDocument,
): vscode.DecorationOptions[] {
  return rows.map(({ line, margin, doubles, text }, number) => {
    const { end } = document.lineAt(line).range;
    const left = hinted && place.row === number ? margin - GAP - HINT : margin;
    const after = {
      ...COME,
      contentText: text === '' ? '\u00a0' : text,
      // A full-width character is one em wide in any font, which need not be two columns.
      margin: doubles === 0 ? `0 0 0 ${left}ch` : `0 0 0 calc(${left + 2 * doubles}ch - ${doubles}em)`,
      width: `${width}ch`,
      height: '100%',
    };
    return { range: new vscode.Range(end, end), renderOptions: { after } };
  });
}

/** At the end of the cursor's line: where the place is. */
function pointing(edit: NextEdit, { document, selection }: vscode.TextEditor): vscode.DecorationOptions {
  const contentText = drawn(hint(edit, document.uri.toString()));
  return hintAt(selection.active.line, contentText, document);
}

function hintAt(line: number, contentText: string, document: vscode.TextDocument): vscode.DecorationOptions {
  const { end } = document.lineAt(line).range;
  const width = contentText === TAB ? { width: `${HINT}ch` } : {};
  const after = { color: LENS, ...width, margin: `0 0 0 ${GAP}ch`, contentText };
  return { range: new vscode.Range(end, end), renderOptions: { after } };
}

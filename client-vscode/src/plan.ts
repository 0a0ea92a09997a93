import * as vscode from 'vscode';

import { type Block, block, type Ground, numbers } from './block';
import { columns, doubles } from './columns';
import { type Drawing, drawing } from './drawing';
import type { NextEdit } from './protocol';
import { rangeOf } from './ranges';

/** Columns of the hint beside what is drawn. */
export const HINT = 5;
/** Lines beyond the changed ones that a block may be drawn beside. */
const AROUND = 12;

/** What is to be drawn of an edit. Lines are the document's. */
export interface Plan extends Drawing {
  readonly block: Block | undefined;
  /** First and last line in which something is drawn. */
  readonly first: number;
  readonly last: number;
  /** The lines that it makes. */
  readonly now: readonly string[];
}

/** What is drawn of an edit in an editor; undefined where nothing is, because it is for another text. */
export function planned(edit: NextEdit, editor: vscode.TextEditor): Plan | undefined {
  const { document } = editor;
  if (edit.uri !== document.uri.toString() || edit.version !== document.version) {
    return undefined;
  }
  const { start, end } = document.validateRange(rangeOf(edit));
  const old = numbers(start.line, end.line).map((line) => document.lineAt(line).text);
  const head = (old[0] ?? '').slice(0, start.character);
  const now = `${head}${edit.newText}${(old.at(-1) ?? '').slice(end.character)}`.split(/\r\n|\r|\n/);
  const found = drawing(old, now);
  const moved = <T extends { readonly line: number }>(each: T): T => ({
    ...each,
    line: each.line + start.line,
  });
  const [gone, come] = [found.gone.map(moved), found.come.map(moved)];
  const blank = found.blank.map((each) => each + start.line);
  const lines = found.lines === undefined ? undefined : moved(found.lines);
  const tab = tabOf(editor);
  const beside =
    lines === undefined
      ? undefined
      : block(lines.texts, groundOf(editor, lines.line, lines.replaced, blank), {
          first: lines.line,
          size: lines.replaced,
          hint: HINT,
          tab,
        });
  const all = [
    ...[...gone, ...come].map(({ line }) => line),
    ...blank,
    ...(beside?.rows ?? []).map(({ line }) => line),
    ...(lines === undefined ? [] : [Math.min(lines.line, document.lineCount - 1)]),
  ];
  const [first, last] = all.length === 0 ? [start.line, end.line] : [Math.min(...all), Math.max(...all)];
  return { gone, blank, come, lines, block: beside, first, last, now };
}

/** Lines around a place that a block can be drawn beside: all but those in a fold. */
function groundOf(
  editor: vscode.TextEditor,
  first: number,
  size: number,
  blank: readonly number[],
): readonly Ground[] {
  const { document } = editor;
  const tab = tabOf(editor);
  const from = Math.max(0, first - AROUND);
  const to = Math.min(document.lineCount - 1, first + size + AROUND);
  const seen = new Set(seenOf(editor, from, to));
  return numbers(from, to)
    .filter((line) => !isFolded(editor, line))
    .map((line) => {
      const { text } = document.lineAt(line);
      const width = columns(text, tab) + (blank.includes(line) ? 1 : 0);
      return { line, width, doubles: doubles(text), seen: seen.has(line) };
    });
}

/** Between two lines that are on the screen an editor tells of none that it does not show. */
function isFolded({ visibleRanges }: vscode.TextEditor, line: number): boolean {
  return (
    visibleRanges.some(({ end }) => end.line < line) &&
    visibleRanges.some(({ start }) => start.line > line) &&
    !visibleRanges.some(({ start, end }) => start.line <= line && line <= end.line)
  );
}

/** Lines from `first` to `last` that are on the screen. */
export function seenOf({ visibleRanges }: vscode.TextEditor, first: number, last: number): readonly number[] {
  return numbers(first, last).filter((line) =>
    visibleRanges.some(({ start, end }) => start.line <= line && line <= end.line),
  );
}

/** Lines from `first` to `last` that are in a fold, as far as one can tell. */
export function foldedOf(editor: vscode.TextEditor, first: number, last: number): readonly number[] {
  return numbers(first, last).filter((line) => isFolded(editor, line));
}

/** Distance of an editor's tab stops, in columns. */
export function tabOf({ options: { tabSize } }: vscode.TextEditor): number {
  return typeof tabSize === 'number' && tabSize > 0 ? tabSize : 4;
}

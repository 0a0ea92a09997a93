import type { NextEdit } from './protocol';

/** Longest title that is drawn, in UTF-16 units. */
const MOST = 80;

/** Where the user is. */
export interface Cursor {
  readonly uri: string;
  readonly version: number;
  readonly line: number;
  /** Text of its line before it. */
  readonly before: string;
}

/**
 * What the key does: go to the place, make the edit there, indent as ever, or nothing, because the edit was found for
 * another version.
 */
export type Step = 'jump' | 'apply' | 'indent' | 'nothing';

/** What the key does for a cursor. */
export function step(edit: NextEdit, cursor: Cursor): Step {
  const { start, end } = edit.range;
  if (edit.uri === cursor.uri && edit.version !== null) {
    if (edit.version !== cursor.version) {
      return 'nothing';
    }
    if (start.line <= cursor.line && cursor.line <= end.line) {
      return 'apply';
    }
  }
  // Before the text of a line the key is for indenting.
  return cursor.before.trim() === '' ? 'indent' : 'jump';
}

/**
 * Where the cursor goes when an edit has been made: behind the last of what it wrote, in UTF-16 units from the start of its
 * range, or to the end of the line above. Before the text of a line the key would indent, and not go on.
 */
export function landing({ range: { start }, newText }: NextEdit, eol: string): number | 'above' {
  const text = newText.replace(/\r\n|\r|\n/g, eol);
  const written = text.includes(eol) ? text.trimEnd() : text;
  return written === '' && start.character === 0 && start.line > 0 ? 'above' : written.length;
}

/** What is written at the end of the cursor's line when the place is not on the screen. */
export function hint(edit: NextEdit, uri: string): string {
  const path = decodeURIComponent(edit.uri);
  const file = edit.uri === uri ? '' : `${path.slice(path.lastIndexOf('/') + 1)}, `;
  return `⇥ Tab → ${file}line ${edit.range.start.line + 1}: ${drawn(edit.title)}`;
}

/** A text as one line that keeps its spaces, where the editor draws it between the document's own. */
export function drawn(text: string): string {
  const line = text.replace(/\r?\n/g, '⏎').replace(/\t/g, '    ').replace(/ /g, '\u00a0');
  return line.length <= MOST ? line : `${line.slice(0, MOST - 1)}…`;
}

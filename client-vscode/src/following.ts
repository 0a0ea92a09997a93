import type { NextEdit } from './protocol';

/** Longest text of an edit that is drawn, in UTF-16 units. */
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

/** What of the place's text goes and what comes: what both begin and end with, by whole words, stays. */
export function difference(old: string, text: string): { from: number; to: number; come: string } {
  const [one, other] = [words(old), words(text)];
  const least = Math.min(one.length, other.length);
  let first = 0;
  while (first < least && one[first] === other[first]) {
    first += 1;
  }
  let behind = 0;
  while (behind < least - first && one.at(-1 - behind) === other.at(-1 - behind)) {
    behind += 1;
  }
  const from = one.slice(0, first).join('').length;
  const gone = one.slice(first, one.length - behind).join('').length;
  return { from, to: from + gone, come: other.slice(first, other.length - behind).join('') };
}

function words(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|[^\p{L}\p{N}\p{M}_]/gu) ?? [];
}

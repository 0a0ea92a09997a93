import { diffLines } from 'diff';

/** Whole lines of a text. */
export interface Span {
  /** Offsets in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The first line, counted from zero, and how many there are; none where lines are only taken out or put in. */
  readonly line: number;
  readonly lines: number;
}

/** Lines that differ between two texts. */
export interface Hunk {
  readonly left: Span;
  readonly right: Span;
}

export type Side = keyof Hunk;

/** Lines that may differ before all of the text counts as one hunk: the search takes lines times differences. */
const MOST = 2000;

/** Where two texts differ, from top to bottom. */
export function hunksOf(left: string, right: string): readonly Hunk[] {
  if (left === right) {
    return [];
  }
  const changes = diffLines(left, right, { maxEditLength: MOST });
  if (changes === undefined) {
    return [{ left: all(left), right: all(right) }];
  }
  const hunks: Hunk[] = [];
  let hunk: Hunk = {
    left: { start: 0, end: 0, line: 0, lines: 0 },
    right: { start: 0, end: 0, line: 0, lines: 0 },
  };
  for (const { added, removed, value, count } of changes) {
    if (added || removed) {
      const side = removed ? 'left' : 'right';
      const { start, end, line, lines } = hunk[side];
      hunk = { ...hunk, [side]: { start, end: end + value.length, line, lines: lines + count } };
      continue;
    }
    hunks.push(hunk);
    const after = ({ end, line, lines }: Span) => {
      const start = end + value.length;
      return { start, end: start, line: line + lines + count, lines: 0 };
    };
    hunk = { left: after(hunk.left), right: after(hunk.right) };
  }
  return [...hunks, hunk].filter((each) => each.left.lines + each.right.lines > 0);
}

/** The hunk at a line of one side, or else the next one below, or else the last. */
export function hunkAt(hunks: readonly Hunk[], side: Side, line: number): Hunk | undefined {
  return hunks.find((hunk) => line < hunk[side].line + Math.max(1, hunk[side].lines)) ?? hunks.at(-1);
}

/** `text` with its line ends replaced by `end`. */
export function withLineEnds(text: string, end: '\n' | '\r\n'): string {
  return text.replace(/\r\n|\r|\n/g, end);
}

function all(text: string): Span {
  return { start: 0, end: text.length, line: 0, lines: text.split('\n').length };
}

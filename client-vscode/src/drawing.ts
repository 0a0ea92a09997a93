import { diffArrays } from 'diff';

import { hunksOf } from './hunks';

/** Places in a line that are drawn each by itself; a line with more is drawn as one. */
const MOST_PLACES = 3;

/** Part of a line that goes. Columns are UTF-16 units. */
export interface Gone {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Text that comes into a line. */
export interface Come {
  readonly line: number;
  readonly at: number;
  readonly text: string;
}

/** Lines that come as a whole. */
export interface Lines {
  /** The first line that they replace, or before which they come. */
  readonly line: number;
  /** How many they replace. */
  readonly replaced: number;
  readonly texts: readonly string[];
}

/** What is drawn of an edit. Lines are counted from the first that it touches. */
export interface Drawing {
  readonly gone: readonly Gone[];
  /** Lines without a text that go. */
  readonly blank: readonly number[];
  readonly come: readonly Come[];
  readonly lines: Lines | undefined;
}

/**
 * How lines become others: where each becomes one other, its words do; where lines come, those that change or go are
 * drawn as a whole, and so are all that come.
 */
export function drawing(old: readonly string[], now: readonly string[]): Drawing {
  const hunks = hunksOf(ended(old), ended(now));
  const drawings = hunks.map(({ left, right }): Drawing => {
    const [from, to] = [
      old.slice(left.line, left.line + left.lines),
      now.slice(right.line, right.line + right.lines),
    ];
    return left.lines === right.lines ? paired(from, to, left.line) : leaving(from, left.line);
  });
  const [first, last] = [hunks[0], hunks.at(-1)];
  const come = hunks.some(({ left, right }) => right.lines > 0 && right.lines !== left.lines);
  if (first === undefined || last === undefined || !come) {
    return {
      gone: drawings.flatMap((each) => each.gone),
      blank: drawings.flatMap((each) => each.blank),
      come: drawings.flatMap((each) => each.come),
      lines: undefined,
    };
  }
  const { line } = first.left;
  const replaced = old.slice(line, last.left.line + last.left.lines);
  const texts = now.slice(first.right.line, last.right.line + last.right.lines);
  return { ...leaving(replaced, line), lines: { line, replaced: replaced.length, texts } };
}

function ended(lines: readonly string[]): string {
  return lines.map((each) => `${each}\n`).join('');
}

function leaving(lines: readonly string[], first: number): Drawing {
  const numbered = lines.map((text, number) => ({ text, line: first + number }));
  return {
    gone: numbered
      .filter(({ text }) => text !== '')
      .map(({ text, line }) => ({ line, from: text.trim() === '' ? 0 : text.search(/\S/), to: text.length })),
    blank: numbered.filter(({ text }) => text === '').map(({ line }) => line),
    come: [],
    lines: undefined,
  };
}

function paired(old: readonly string[], now: readonly string[], first: number): Drawing {
  const places = old.flatMap((text, number) =>
    differences(text, now[number] ?? '').map((each) => ({ ...each, line: first + number })),
  );
  return {
    gone: places.filter(({ from, to }) => from < to).map(({ line, from, to }) => ({ line, from, to })),
    blank: [],
    come: places
      .filter(({ come }) => come !== '')
      .map(({ line, to, come }) => ({ line, at: to, text: come })),
    lines: undefined,
  };
}

/** A part of a line that goes and what comes in its place. */
export interface Difference {
  readonly from: number;
  readonly to: number;
  readonly come: string;
}

/** What of a line's text goes and what comes, by whole words. Places with no word between them are one. */
export function differences(old: string, text: string): readonly Difference[] {
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
  const [gone, come] = [one.slice(first, one.length - behind), other.slice(first, other.length - behind)];
  const all = { from, to: from + gone.join('').length, come: come.join('') };
  if (all.from === all.to && all.come === '') {
    return [];
  }
  const found: Difference[] = [];
  let [at, between] = [from, ''];
  for (const { added, removed, value } of diffArrays([...gone], [...come])) {
    const part = value.join('');
    if (!added && !removed) {
      at += part.length;
      between = part;
      continue;
    }
    const last = found.at(-1);
    const end = added ? at : at + part.length;
    if (last !== undefined && !/[\p{L}\p{N}_]/u.test(between)) {
      found.splice(-1, 1, { ...last, to: end, come: last.come + between + (added ? part : '') });
    } else {
      found.push({ from: at, to: end, come: added ? part : '' });
    }
    [at, between] = [end, ''];
  }
  return found.length > MOST_PLACES ? [all] : found;
}

function words(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|[^\p{L}\p{N}\p{M}_]/gu) ?? [];
}

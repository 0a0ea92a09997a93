import { columns, shown } from './columns';

/** Columns that are seen in most windows: whether they are in this one no editor tells. */
const SEEN = 90;
/** Of one line of a block. */
const MOST_COLUMNS = 100;
const MOST_ROWS = 12;
/** Columns between the code and a block, and between a block and what is beside it. */
const GAP = 2;
/** Columns of indentation that are left out if there is too little room. */
const LEAST_INDENT = 4;
/** Columns that it is worth to begin one line further from the first one that changes. */
const STEP = 4;

/** A line of the document that can be drawn beside. */
export interface Ground {
  readonly line: number;
  /** Columns of its text. */
  readonly width: number;
  /** Characters of it that take two. */
  readonly doubles: number;
  /** Whether it is on the screen. */
  readonly seen: boolean;
}

export interface Row {
  readonly line: number;
  /** Columns between the line's text and the row, and those of them that are not there: all that have two in the text. */
  readonly margin: number;
  readonly doubles: number;
  readonly text: string;
}

/** Lines that come, drawn beside lines of the document, all from the same column on. */
export interface Block {
  readonly rows: readonly Row[];
  /** Columns of each row. */
  readonly width: number;
  /** Whether something is missing, which the rows tell. */
  readonly cut: boolean;
  /** Where there is room for a hint: beside the row with this number, behind it or before it. */
  readonly hint: { readonly row: number; readonly before: boolean };
}

/**
 * Where lines are drawn that come in the place of `size` lines at `first`, or before it. They begin beside the first,
 * unless there are too few lines below, or further up or down they need not be as far to the right. Lines that are longer
 * than a window is wide are left out, if there are others: they may be wrapped, and nobody would look that far right.
 */
export function block(
  texts: readonly string[],
  all: readonly Ground[],
  { first, size, hint, tab }: { first: number; size: number; hint: number; tab: number },
): Block {
  const short = all.filter((each) => each.width <= SEEN);
  const ground = short.length < Math.min(texts.length, MOST_ROWS) ? all : short;
  const count = Math.min(texts.length, MOST_ROWS, ground.length);
  const index = ground.findIndex(({ line }) => line >= first);
  const at = index < 0 ? ground.length : index;
  const behind = ground.findIndex(({ line }) => line >= first + size);
  const last = Math.min(ground.length - count, behind < 0 ? ground.length : behind);
  const starts = numbers(Math.min(last, Math.max(0, at - count)), last);
  const laid = (rows: readonly string[]) => {
    // One column more, so that no text touches the border.
    const width = Math.max(...rows.map((each) => columns(each, tab)), 0) + 1;
    const column = (start: number) =>
      Math.max(...ground.slice(start, start + count).map((each) => each.width), 0) + GAP;
    const cost = (start: number) => Math.max(0, column(start) + width - SEEN) + STEP * Math.abs(start - at);
    const start = starts.reduce((best, each) => (cost(each) < cost(best) ? each : best), last);
    return { rows, start, width, left: column(start) };
  };
  const full = laid(told(texts, count, tab));
  const { rows, start, width, left } =
    full.left + full.width > SEEN ? laid(told(outdented(texts, tab), count, tab)) : full;
  const beside = ground.slice(start, start + count);
  return {
    rows: beside.map((each, number) => ({
      line: each.line,
      margin: left - each.width,
      doubles: each.doubles,
      text: rows[number] ?? '',
    })),
    width,
    cut: count < texts.length || rows.some((each) => /^…|…$/.test(each)),
    hint: hinted(beside, at - start, left, width, hint),
  };
}

/** Lines without the indentation that they have in common, which is told; it is what is missed least. */
function outdented(texts: readonly string[], tab: number): readonly string[] {
  const lines = texts.map((text) => {
    const code = text.trimStart();
    return { code, indent: columns(text.slice(0, text.length - code.length), tab) };
  });
  const common = Math.min(...lines.filter(({ code }) => code !== '').map(({ indent }) => indent));
  return common < LEAST_INDENT || common === Infinity
    ? texts
    : lines.map(({ code, indent }) => (code === '' ? '' : `…${' '.repeat(indent - common)}${code}`));
}

/** The rows of a block; the last one tells how many lines there was no room for. */
function told(texts: readonly string[], count: number, tab: number): readonly string[] {
  return texts.slice(0, count).map((text, number) => {
    const more = number === count - 1 ? texts.length - count : 0;
    const tail = more > 0 ? `\u00a0…\u00a0+${more}\u00a0${more > 1 ? 'lines' : 'line'}` : '';
    return `${shown(text, tab, MOST_COLUMNS - tail.length)}${tail}`;
  });
}

/** A hint is best behind the block, if it is seen there; or else before it, where a line leaves room. */
function hinted(
  beside: readonly Ground[],
  wanted: number,
  left: number,
  width: number,
  hint: number,
): Block['hint'] {
  const row = Math.min(Math.max(wanted, 0), beside.length - 1);
  const rows = numbers(0, beside.length - 1).filter((each) => beside[each]?.seen);
  const seen = rows.includes(row) ? row : (rows[0] ?? row);
  if (left + width + GAP + hint <= SEEN) {
    return { row: seen, before: false };
  }
  const room = [seen, ...rows].find((each) => (beside[each]?.width ?? left) + GAP + hint + GAP <= left);
  return room === undefined ? { row: seen, before: false } : { row: room, before: true };
}

/** All whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, each) => first + each);
}

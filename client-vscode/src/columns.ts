import stringWidth from 'string-width';

/** Lines are measured as far as this, in UTF-16 units: what is longer is off the screen anyway. */
const MOST = 1000;
/** What is not seen, or reverses what is: shown as its number, so that nobody accepts what looks like other text. */
const HIDDEN = /(?![\t\u200c\u200d])[\p{Cc}\p{Bidi_Control}\u00ad\u200b\u2028\u2029\u2060-\u2064\ufeff]/gu;
const GRAPHEMES = new Intl.Segmenter();

/** Characters of a text that take two columns. Fonts for code need not have them twice as wide as others. */
export function doubles(text: string): number {
  const line = text.slice(0, MOST);
  if (!/[\u0300-\uffff]/.test(line)) {
    return 0;
  }
  return [...GRAPHEMES.segment(line)].filter(({ segment }) => stringWidth(segment) > 1).length;
}

/** How many columns of the editor a text takes that begins a line; `tab` is the distance of its tab stops. */
export function columns(text: string, tab: number): number {
  let width = 0;
  const [first = '', ...others] = text.slice(0, MOST).split('\t');
  width += wide(first);
  for (const other of others) {
    width += tab - (width % tab) + wide(other);
  }
  return width;
}

/**
 * A text that begins a line as the editor draws it between the document's own: its tabs and spaces are kept, what could
 * not be seen is told, and what is beyond `most` columns is cut.
 */
export function shown(text: string, tab: number, most: number): string {
  let [line, width] = ['', 0];
  for (const { segment } of GRAPHEMES.segment(text.replace(HIDDEN, numbered))) {
    const piece = segment === '\t' ? ' '.repeat(tab - (width % tab)) : segment;
    const by = stringWidth(piece);
    if (width + by > most) {
      return `${cut(line, most - 1)}…`;
    }
    line += piece === ' ' || segment === '\t' ? '\u00a0'.repeat(by) : piece;
    width += by;
  }
  return line;
}

/** As many of its first characters as `most` columns have room for. */
function cut(line: string, most: number): string {
  let [kept, width] = ['', 0];
  for (const { segment } of GRAPHEMES.segment(line)) {
    width += stringWidth(segment);
    if (width > most) {
      break;
    }
    kept += segment;
  }
  return kept;
}

/** The editor draws a control character in one column. */
function wide(text: string): number {
  return stringWidth(text.replace(/\p{Cc}/gu, '.'));
}

function numbered(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

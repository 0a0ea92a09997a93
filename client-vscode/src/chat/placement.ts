/** Lines of a document, the last one not included, that a piece of code takes the place of. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Where code that a model wrote belongs in a document: the lines that it is a new version of. Found by its first line
 * that stands there, too: the code reaches as far as what is indented below that line, and its closing bracket.
 *
 * @param selection lines that the question was about, if any: they are it when nothing else is found
 * @returns undefined when the code is not a new version of anything there
 */
export function placeOf(code: string, document: readonly string[], selection?: Span): Span | undefined {
  const lines = code.split('\n').filter((line) => line.trim() !== '');
  const outer = indentOf(lines[0] ?? '');
  const headers = lines.filter((line) => indentOf(line) === outer && isSolid(line));
  for (const header of headers) {
    const at = document.findIndex((line) => sameHeader(line, header));
    if (at >= 0) {
      const first = documentStart(document, at, lines, header);
      const last =
        headers.findLast((line) => document.slice(at).some((own) => sameHeader(own, line))) ?? header;
      const end = at + document.slice(at).findIndex((own) => sameHeader(own, last));
      return { from: first, to: endOf(document, end) };
    }
  }
  return selection;
}

/** Code with the indentation of the place it is put into, if it has none itself. */
export function indented(code: string, indent: string): string {
  const lines = code.replace(/\n$/, '').split('\n');
  const own = Math.min(...lines.filter((line) => line.trim() !== '').map(indentOf));
  return lines.map((line) => (line.trim() === '' ? '' : indent + line.slice(own))).join('\n');
}

/** The blank space that a line begins with. */
export function blankOf(line: string): string {
  return line.slice(0, indentOf(line));
}

function sameHeader(own: string, header: string): boolean {
  return headOf(own) === headOf(header);
}

/** A definition is the same one when its parameters differ: what counts is what comes before them. */
function headOf(line: string): string {
  const text = line.trim();
  const definition =
    /^(?:(?:export|public|private|protected|static|async|pub|default|override|final)\s+)*(?:def|class|fn|func|function|struct|enum|trait|interface|impl|type)\s+[\w$]+/.exec(
      text,
    );
  return definition?.[0] ?? text;
}

/** Brackets and keywords alone stand everywhere and prove nothing. */
function isSolid(line: string): boolean {
  return (line.match(/\w/g)?.length ?? 0) >= 4;
}

/** Decorators and comments of the code that come before the matched line and stand in the document, too. */
function documentStart(
  document: readonly string[],
  at: number,
  lines: readonly string[],
  header: string,
): number {
  const lead = new Set(lines.slice(0, lines.indexOf(header)).map((line) => line.trim()));
  let first = at;
  while (first > 0 && lead.has((document[first - 1] ?? '').trim())) {
    first -= 1;
  }
  return first;
}

function endOf(document: readonly string[], header: number): number {
  const indent = indentOf(document[header] ?? '');
  let end = header + 1;
  for (let line = header + 1; line < document.length; line += 1) {
    const text = document[line] ?? '';
    if (text.trim() === '') {
      continue;
    }
    const bracket = indentOf(text) === indent && /^(?:[{)}\]]|end\b)/.test(text.trim());
    if (indentOf(text) > indent || bracket) {
      end = line + 1;
    }
    if (indentOf(text) <= indent && !/^[{)\]]/.test(text.trim())) {
      break;
    }
  }
  return end;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

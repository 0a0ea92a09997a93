/**
 * The paths that what was typed may mean, the likeliest first: it is in the file's name, then in the path, then its
 * letters are in the path in this order. Shorter ones go before longer ones of the same kind; otherwise order is kept.
 */
export function matching(typed: string, paths: readonly string[], most: number): string[] {
  const wanted = typed.toLowerCase();
  const ranked = paths.map((path) => ({ path, rank: rankOf(wanted, path.toLowerCase()) }));
  const found = ranked.filter(({ rank }) => rank < NONE);
  if (wanted !== '') {
    found.sort((a, b) => a.rank - b.rank || a.path.length - b.path.length);
  }
  return found.slice(0, most).map(({ path }) => path);
}

const NONE = 4;

function rankOf(wanted: string, path: string): number {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith(wanted)) {
    return 0;
  }
  if (name.includes(wanted)) {
    return 1;
  }
  if (path.includes(wanted)) {
    return 2;
  }
  let at = 0;
  for (const letter of wanted) {
    at = path.indexOf(letter, at) + 1;
    if (at === 0) {
      return NONE;
    }
  }
  return 3;
}

/** The folders that hold the files of these paths, each once, in order. */
export function foldersOf(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (found.has(folder)) {
        break;
      }
      found.add(folder);
    }
  }
  return [...found].sort();
}

/** A path as a question names it: between quotes where it holds what would end it. */
export function quoted(path: string): string {
  return /[\s`'"()[\]<>|*?,;]/.test(path) ? `"${path}"` : path;
}

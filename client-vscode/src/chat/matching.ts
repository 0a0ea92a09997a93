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

/** Documents of these are told to the server wherever they are. */
const EVERYWHERE = ['file', 'untitled', 'vscode-notebook-cell'];

/**
 * Schemes of the documents that the server is told about, given those of the workspace's folders: in a virtual
 * workspace its documents, too, which the server knows by their text alone.
 */
export function schemesOf(folders: readonly string[]): string[] {
  return [...new Set([...EVERYWHERE, ...folders])];
}

/** The workspace has folders, and none of them is on a disk that the server could read. */
export function isVirtual(folders: readonly string[]): boolean {
  return folders.length > 0 && !folders.includes('file');
}

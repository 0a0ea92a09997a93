import * as vscode from 'vscode';

import type { Suggestion } from './messages';
import { foldersOf, matching, quoted } from './matching';

const MOST_FILES = 20_000;
const MOST_SHOWN = 12;
/** The list of files is used again this long, in milliseconds. */
const FRESH = 10_000;

/** The workspace's files, for mentions. The editor's own excludes apply. */
export class Files {
  private known: { readonly at: number; readonly paths: Promise<readonly string[]> } | undefined;

  /** Files that a mention such as `@src/ma` may mean, open ones first. */
  async suggest(word: string): Promise<Suggestion[]> {
    const open = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .flatMap((tab) => (tab.input instanceof vscode.TabInputText ? [tab.input.uri] : []))
      .filter((uri) => isReadable(uri) && vscode.workspace.getWorkspaceFolder(uri) !== undefined)
      .map((uri) => vscode.workspace.asRelativePath(uri, false));
    const paths = [...new Set([...open, ...(await this.paths())])];
    return matching(word.replace(/^@(file:)?/, ''), paths, MOST_SHOWN).map((path) => ({
      label: path.slice(path.lastIndexOf('/') + 1),
      detail: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
      insert: `@${quoted(path)} `,
    }));
  }

  /** Folders that `@folder:` and a part of a path may mean. */
  async suggestFolders(word: string): Promise<Suggestion[]> {
    const folders = foldersOf(await this.paths());
    return matching(word.replace(/^@folder:/, ''), folders, MOST_SHOWN).map((path) => ({
      label: `${path.slice(path.lastIndexOf('/') + 1)}/`,
      detail: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
      insert: `@folder:${quoted(path)} `,
    }));
  }

  private paths(): Promise<readonly string[]> {
    if (this.known === undefined || Date.now() - this.known.at > FRESH) {
      this.known = { at: Date.now(), paths: list() };
    }
    return this.known.paths;
  }
}

/** The server, which finds what is mentioned, can read it. */
function isReadable({ scheme }: vscode.Uri): boolean {
  return scheme === 'file';
}

async function list(): Promise<readonly string[]> {
  // Folder by folder: one that nobody can search, as in a virtual workspace, would fail the search of all.
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => isReadable(uri));
  const searches = folders.map((folder) =>
    vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), '**/node_modules/**', MOST_FILES),
  );
  const found = (await Promise.all(searches)).flat();
  return found.map((uri) => vscode.workspace.asRelativePath(uri, false)).sort();
}

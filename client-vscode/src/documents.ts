import * as vscode from 'vscode';

import { isVirtual, schemesOf } from './schemes';

/** Documents that the server is told about. */
export function selector(): { scheme: string }[] {
  return schemesOf(folders()).map((scheme) => ({ scheme }));
}

/** The server is told about this document. */
export function isOurs(document: vscode.TextDocument): boolean {
  return vscode.languages.match(selector(), document) > 0;
}

/** The workspace's files are on no disk. */
export function inVirtualWorkspace(): boolean {
  return isVirtual(folders());
}

function folders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
}

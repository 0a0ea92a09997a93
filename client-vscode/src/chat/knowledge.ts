import * as vscode from 'vscode';

import { type Mention, type Problem, problemsText } from './mentions';
import { terminalText } from './terminal';

const SEVERITIES = ['error', 'warning', 'information', 'hint'];

/** What a question may mention beside paths. What has a text is known to the editor alone. */
export const MENTIONS: readonly Mention[] = [
  { name: 'file:', detail: 'a file of the workspace', onDisk: true },
  { name: 'folder:', detail: 'the files of a folder', onDisk: true },
  { name: 'symbol:', detail: 'a definition', onDisk: true },
  { name: 'selection', detail: 'the selected code' },
  { name: 'codebase', detail: 'search the whole workspace', onDisk: true },
  { name: 'diff', detail: 'changes since the last commit', onDisk: true },
  {
    name: 'problems',
    detail: 'errors and warnings',
    text: () => Promise.resolve(problemsText(problems())),
  },
  { name: 'terminal', detail: 'what the terminal shows', text: terminalText },
];

/** Shows what a source is that is no file: `hearth:diff` and the like. */
export async function reveal(name: string): Promise<void> {
  const command = VIEWS[name];
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
  }
}

const VIEWS: Readonly<Record<string, string>> = {
  diff: 'workbench.view.scm',
  problems: 'workbench.actions.view.problems',
  terminal: 'workbench.action.terminal.focus',
};

function problems(): Problem[] {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, found]) =>
      found.map((each) => ({
        path: vscode.workspace.asRelativePath(uri),
        line: each.range.start.line + 1,
        severity: SEVERITIES[each.severity] ?? 'problem',
        message: each.message,
        order: each.severity,
      })),
    )
    .sort((a, b) => a.order - b.order);
}

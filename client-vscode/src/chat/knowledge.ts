import * as vscode from 'vscode';

import { diffText, type Mention, type Problem, problemsText } from './mentions';

/** The part of the git extension's interface that is used here. */
interface Git {
  readonly getAPI: (version: 1) => { readonly repositories: readonly Repository[] };
}

interface Repository {
  readonly diff: (staged?: boolean) => Promise<string>;
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'];

/** What the editor knows beside the files: problems and changes. */
export const MENTIONS: readonly Mention[] = [
  {
    name: 'codebase',
    detail: 'Search the whole workspace',
  },
  {
    name: 'problems',
    detail: 'what the editor shows as wrong',
    text: () => Promise.resolve(problemsText(problems())),
  },
  { name: 'diff', detail: 'changes since the last commit', text: async () => diffText(await changes()) },
];

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

async function changes(): Promise<string> {
  const git = vscode.extensions.getExtension<Git>('vscode.git');
  const repositories = git === undefined ? [] : (await git.activate()).getAPI(1).repositories;
  const parts = await Promise.all(
    repositories.flatMap((repository) => [repository.diff(true), repository.diff(false)]),
  );
  return parts.filter((part) => part !== '').join('\n');
}

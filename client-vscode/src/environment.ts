import * as vscode from 'vscode';

/** The part of the Python extension's interface that is used here. */
interface Python {
  readonly environments: { getActiveEnvironmentPath: () => { readonly path: string } };
}

/** Longest wait for the Python extension, in milliseconds. */
const PATIENCE = 3000;

/**
 * The Python environment that is selected in this window: its interpreter or its folder; undefined if there is none.
 * In an untrusted workspace it is not asked for: the environment may be part of the workspace.
 */
export async function selectedPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<Partial<Python>>('ms-python.python');
  if (extension === undefined || !vscode.workspace.isTrusted) {
    return undefined;
  }
  const late = new Promise<undefined>((resolve) => {
    setTimeout(resolve, PATIENCE, undefined);
  });
  try {
    const python = await Promise.race([Promise.resolve(extension.activate()), late]);
    return python?.environments?.getActiveEnvironmentPath().path;
  } catch {
    // Its trouble is not ours: the PATH is looked through next.
    return undefined;
  }
}

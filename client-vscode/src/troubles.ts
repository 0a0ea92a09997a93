import * as vscode from 'vscode';

import { Alarms } from './alarms';
import { failureOf } from './chat/reason';
import { inVirtualWorkspace } from './documents';
import { OLDEST, ServerCrashed } from './health';
import { firstProgram, ServerMissing } from './locate';
import { REMEDIES, type Remedy as Way, type RemedyName } from './remedies';
import type { Server } from './server';

const VIRTUAL_TOLD = 'hearth.virtual.told';
const PACKAGE = '"hearth-ls[engine]"';

/** Something the user can do about a trouble. */
interface Remedy {
  readonly title: string;
  readonly run: () => unknown;
}

const LOG: Remedy = { title: 'Show Log', run: () => vscode.commands.executeCommand('hearth.showLog') };
const RESTART: Remedy = { title: 'Restart', run: () => vscode.commands.executeCommand('hearth.restart') };
const CHOOSE: Remedy = { title: 'Choose Program…', run: chooseProgram };
const INSTALL: Remedy = { title: 'Install…', run: () => typeInTerminal('install') };

/** Says why there is no server, with buttons for what may help. */
export async function tellTrouble(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const remedies =
    error instanceof ServerMissing
      ? [INSTALL, CHOOSE, LOG]
      : error instanceof ServerCrashed
        ? [RESTART, CHOOSE, LOG]
        : [RESTART, LOG];
  await offer(vscode.window.showErrorMessage, `Hearth: ${message}`, remedies);
}

/** Says that the server is older than this extension can use. */
export async function tellOld(version: string): Promise<void> {
  const update: Remedy = { title: 'Update…', run: () => typeInTerminal('upgrade') };
  const message = `Hearth ${version} is too old for this extension, which needs ${OLDEST} or later.`;
  await offer(vscode.window.showWarningMessage, message, [update, CHOOSE, LOG]);
}

/** Says why a request failed, with what leads on. `again`: title of a button for another try; true if it was pressed. */
export async function tellFailure(error: unknown, again?: string): Promise<boolean> {
  const { problem, remedies } = failureOf(error);
  let repeat = false;
  const repeating = () => {
    repeat = true;
  };
  const retry = again === undefined ? [] : [{ title: again, run: repeating }];
  const ways = [...retry, ...remedies.map(remedyOf)];
  await offer(vscode.window.showWarningMessage, `Hearth: ${problem}`, ways);
  return repeat;
}

/** Tells of errors that no answer told: a model that cannot be loaded, above all. */
export function tellOfModels(server: Server): void {
  const alarms = new Alarms();
  server.on('hearth/status', (status) => {
    const alarm = alarms.of(status);
    if (alarm !== undefined) {
      void offer(vscode.window.showWarningMessage, `Hearth: ${alarm.message}`, alarm.remedies.map(remedyOf));
    }
  });
  server.onUp(() => {
    alarms.forget();
  });
}

/** Says what does not work where the workspace's files are on no disk: once in each such workspace. */
export function tellOfVirtual(memory: vscode.Memento): void {
  if (!inVirtualWorkspace() || memory.get<boolean>(VIRTUAL_TOLD) === true) {
    return;
  }
  void memory.update(VIRTUAL_TOLD, true);
  const message =
    'Hearth: the files of this workspace are on no disk, so Hearth knows only those that are open. Suggestions, ' +
    'chat and edits work; the index does not, nor does mentioning files or changes.';
  void offer(vscode.window.showInformationMessage, message, [remedyOf('folder')]);
}

/** A remedy whose command does it. */
export function remedyOf(name: RemedyName): Remedy {
  const { title, command, argument }: Way = REMEDIES[name];
  return { title, run: () => vscode.commands.executeCommand(command, argument) };
}

async function offer(
  show: (message: string, ...titles: string[]) => Thenable<string | undefined>,
  message: string,
  remedies: readonly Remedy[],
): Promise<void> {
  const choice = await show(message, ...remedies.map(({ title }) => title));
  await remedies.find(({ title }) => title === choice)?.run();
}

async function chooseProgram(): Promise<void> {
  const [program] =
    (await vscode.window.showOpenDialog({ title: 'The Program hearth', openLabel: 'Choose' })) ?? [];
  if (program !== undefined) {
    const settings = vscode.workspace.getConfiguration('hearth');
    await settings.update('server.path', program.fsPath, vscode.ConfigurationTarget.Global);
  }
}

/** Types the command into a terminal; running it is the user's own decision. When the terminal is closed, we look again. */
async function typeInTerminal(verb: 'install' | 'upgrade'): Promise<void> {
  const tool = await firstProgram(['uv', 'pipx']);
  const commands = {
    uv: `uv tool ${verb} ${PACKAGE}`,
    pipx: `pipx ${verb} ${PACKAGE}`,
    none: `python3 -m pip install --user --upgrade ${PACKAGE}`,
  };
  const terminal = vscode.window.createTerminal('Hearth');
  terminal.show();
  terminal.sendText(commands[tool ?? 'none'], false);
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed === terminal) {
      closing.dispose();
      void RESTART.run();
    }
  });
}

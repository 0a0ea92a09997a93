import * as vscode from 'vscode';

import { keyOf } from '../options';
import type { FindingFix } from '../protocol';

/** Does for a finding what the user can do in the editor; what the server and the page do is not here. */
export async function fix({ kind, argument }: FindingFix): Promise<void> {
  switch (kind) {
    case 'setting': {
      const query = argument === '' ? '@ext:hearth-ls.hearth' : `hearth.${keyOf(argument)}`;
      await vscode.commands.executeCommand('workbench.action.openSettings', query);
      break;
    }
    case 'file':
      await vscode.window.showTextDocument(vscode.Uri.file(argument));
      break;
    case 'terminal': {
      // Running it is the user's own decision.
      const terminal = vscode.window.createTerminal('Hearth');
      terminal.show();
      terminal.sendText(argument, false);
      break;
    }
    case 'link':
      await vscode.env.openExternal(vscode.Uri.parse(argument, true));
      break;
    case 'models':
    case 'install':
    case 'server':
      break;
  }
}

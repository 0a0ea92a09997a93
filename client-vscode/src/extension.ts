import * as vscode from 'vscode';

import { Chat } from './chat/view';
import { CommitMessages } from './commit';
import { Completion } from './completion';
import { Edits } from './edits';
import { Menu } from './menu';
import { NextEdits } from './nextEdit';
import { Overview } from './overview/view';
import { Proposals } from './proposals';
import { Reports } from './reports';
import { Server } from './server';
import { Status } from './status';
import { Surroundings } from './surroundings';
import { tellOfModels, tellOfVirtual } from './troubles';

/** The part of `package.json` that is read here. */
interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: object }[] };
}

let chat: Chat | undefined;

/** Starts the server and connects the parts. Returns at once; the server comes up on its own. */
export function activate(context: vscode.ExtensionContext): void {
  const manifest = context.extension.packageJSON as Manifest;
  const keys = manifest.contributes.configuration.flatMap((part) => Object.keys(part.properties));
  const output = vscode.window.createOutputChannel('Hearth', { log: true });
  const completion = new Completion(context.extension.id);
  const server: Server = new Server(output, keys, {
    ...completion.middleware,
    resolveCodeAction: (action, token, next) => edits.resolveCodeAction(action, token, next),
  });
  const status = new Status(completion);
  const proposals = new Proposals();
  const edits = new Edits(server, proposals);
  chat = new Chat(context, server, proposals, output);
  status.follow(server);
  completion.follow(server);
  tellOfModels(server);
  tellOfVirtual(context.workspaceState);
  const command = (name: string, run: () => unknown) => vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    output,
    status,
    completion,
    proposals,
    chat,
    server,
    new CommitMessages(server),
    new Menu(server, status, completion),
    new NextEdits(server, completion),
    new Overview(context, server, status),
    new Reports(server),
    edits,
    new Surroundings(server),
    command('hearth.restart', () => server.restart()),
    command('hearth.showLog', () => {
      output.show();
    }),
  );
  void server.restart();
}

/** The window is closed. The editor waits for this, and not for what is disposed: a chat is written to the end. */
export async function deactivate(): Promise<void> {
  await chat?.dispose();
}

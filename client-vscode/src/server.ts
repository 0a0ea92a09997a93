import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import type {
  CodeAction,
  LanguageClient,
  LanguageClientOptions,
  Middleware,
} from 'vscode-languageclient/node';

import { selector } from './documents';
import { selectedPython } from './environment';
import { Deaths, isTooOld, ServerCrashed, ServerDown } from './health';
import { here, locate } from './locate';
import { chosen } from './options';
import type { Announcements, Notifications, Requests } from './protocol';
import { Restarts } from './restarts';
import { tellOld, tellTrouble } from './troubles';
import type { Down } from './words';

const ORIGINS = {
  setting: 'the settings',
  environment: 'the selected Python environment',
  path: 'the PATH',
  home: 'the home folder',
};

/** Longest wait for the answer to `initialize`, in milliseconds. It takes half a second on an idle machine. */
const START = 60_000;

type Handler = (params: unknown) => void;

type Actions = Pick<typeof import('./languageClient'), 'CloseAction' | 'ErrorAction'>;

/** The language server of this window: finds its program, starts it, and lets others talk to it. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private schemes: readonly string[] = [];
  private readonly handlers = new Map<string, Handler[]>();
  private readonly deaths = new Deaths();
  private readonly restarts = new Restarts(() => this.cycle());
  private readonly downs = new vscode.EventEmitter<Down>();
  private readonly ups = new vscode.EventEmitter<undefined>();
  private readonly listening: readonly vscode.Disposable[];

  /** The program that was started last; undefined if none was found. */
  program: string | undefined;
  /** The server is not, or not yet, there. */
  readonly onDown = this.downs.event;
  /** The server answered `initialize`. */
  readonly onUp = this.ups.event;

  /**
   * @param keys names of all settings of the extension
   * @param middleware changes to what the language client does by itself
   */
  constructor(
    private readonly output: vscode.LogOutputChannel,
    private readonly keys: readonly string[],
    private readonly middleware: Middleware,
  ) {
    this.listening = [
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('hearth.server')) {
          void this.restart();
        } else if (change.affectsConfiguration('hearth')) {
          void this.sendOptions();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        // A server that was not found may be in the environment that was not asked for before.
        void (this.client?.isRunning() === true ? this.sendOptions() : this.restart());
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        // The language client does not take another selector.
        if (selector().some(({ scheme }) => !this.schemes.includes(scheme))) {
          void this.restart();
        }
      }),
    ];
  }

  /** Starts the server, or starts it again. Never rejects: what is wrong is shown to the user. */
  async restart(): Promise<void> {
    this.deaths.forget();
    await this.start();
  }

  private async start(): Promise<void> {
    try {
      await this.restarts.request();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Sends a notification; while there is no server it is lost. */
  announce<M extends keyof Announcements>(method: M, params: Announcements[M]): void {
    if (this.client?.isRunning() === true) {
      void this.client.sendNotification(method, params);
    }
  }

  /** Sends a request; while the server starts, as soon as it is there. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]['result']> {
    const client = await this.running();
    // A token that is undefined would count as a second parameter.
    return token === undefined
      ? client.sendRequest(method, params)
      : client.sendRequest(method, params, token);
  }

  /** Resolves a code action: it comes back with its edit. */
  async resolve(action: CodeAction, token: vscode.CancellationToken): Promise<CodeAction> {
    const client = await this.running();
    return client.sendRequest('codeAction/resolve', action, token);
  }

  /** Calls `handler` for each notification of `method`, of this server and of those that follow it. */
  on<M extends keyof Notifications>(method: M, handler: (params: Notifications[M]) => void): void {
    const taking = (params: unknown) => {
      // The server writes what protocol.ts says; a test of the server holds the two together.
      handler(params as Notifications[M]);
    };
    this.handlers.set(method, [...(this.handlers.get(method) ?? []), taking]);
  }

  async dispose(): Promise<void> {
    this.listening.forEach((each) => {
      each.dispose();
    });
    await this.stop();
    this.downs.dispose();
    this.ups.dispose();
  }

  /** The client, once the server runs that is being started. Throws ServerDown if none does. */
  private async running(): Promise<LanguageClient> {
    if (this.client?.isRunning() !== true) {
      await this.restarts.settled();
    }
    if (this.client?.isRunning() !== true) {
      throw new ServerDown();
    }
    return this.client;
  }

  private async cycle(): Promise<void> {
    this.downs.fire({ state: 'connecting', message: 'Hearth is starting.' });
    await this.stop();
    this.program = undefined;
    const setting = vscode.workspace.getConfiguration('hearth').get<string>('server.path', '');
    const { command, origin } = await locate(
      here(setting, setting !== '' ? undefined : await selectedPython()),
    );
    this.program = command;
    this.output.info(`Starting ${command} (found in ${ORIGINS[origin]}).`);
    this.schemes = selector().map(({ scheme }) => scheme);
    const { QuietClient, State, ...actions } = await import('./languageClient');
    const client = new QuietClient(
      'hearth',
      'Hearth',
      { command, args: ['lsp'] },
      this.clientOptions(actions),
    );
    this.client = client;
    for (const [method, handlers] of this.handlers) {
      client.onNotification(method, (params: unknown) => {
        handlers.forEach((handler) => {
          handler(params);
        });
      });
    }
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.ups.fire(undefined);
      } else if (newState === State.Stopped && this.client === client) {
        this.downs.fire({ state: 'down', message: 'The Hearth server has stopped.' });
      }
    });
    await this.ready(client, command);
    const version = client.initializeResult?.serverInfo?.version;
    if (version !== undefined && isTooOld(version)) {
      void tellOld(version);
    }
  }

  private async ready(client: LanguageClient, command: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new ServerCrashed(`${command} did not answer in ${START / 1000} s. The log may say why.`));
      }, START);
    });
    try {
      await Promise.race([client.start(), late]);
    } catch (error) {
      this.output.error(String(error));
      throw error instanceof ServerCrashed
        ? error
        : new ServerCrashed(`${command} ended before it was ready. The log says why.`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A server that was running is gone. */
  private died(): void {
    if (this.deaths.again(Date.now())) {
      this.output.warn('The server ended unexpectedly and is started again.');
      void this.start();
    } else {
      this.fail(
        new ServerCrashed('The server keeps ending unexpectedly and is not started again. The log says why.'),
      );
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that has already died, or does not end in time, is not worth more than a line.
      this.output.warn(`The old server did not stop cleanly: ${String(error)}`);
    }
  }

  private clientOptions({ CloseAction, ErrorAction }: Actions): LanguageClientOptions {
    return {
      documentSelector: this.schemes.map((scheme) => ({ scheme })),
      outputChannel: this.output,
      initializationOptions: () => ({
        hearth: {
          ...this.options(),
          deltas: true,
          editDeltas: true,
          editErrors: true,
          status: true,
          chatPanel: true,
        },
      }),
      // Whoever starts it is told; the language client would add messages of its own.
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (this.client?.isRunning() === true) {
            this.died();
          }
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: {
        ...this.middleware,
        workspace: {
          configuration: (params) =>
            params.items.map((item) => (item.section === 'hearth' ? this.options() : null)),
          // `sendOptions` tells of changes, without the defaults that the client's own message would carry.
          didChangeConfiguration: () => Promise.resolve(),
        },
      },
      stdioOptions: {
        stdout: () => undefined,
        stderr: (input, output) => {
          createInterface({ input }).on('line', (line) => {
            output.info(line);
          });
        },
      },
    };
  }

  private options(): Record<string, unknown> {
    const configuration = vscode.workspace.getConfiguration();
    const settings = chosen(this.keys, (key) => configuration.inspect(key));
    return { ...settings, trusted: vscode.workspace.isTrusted };
  }

  private async sendOptions(): Promise<void> {
    if (this.client?.isRunning() === true) {
      await this.client.sendNotification('workspace/didChangeConfiguration', {
        settings: { hearth: this.options() },
      });
    }
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.output.error(message);
    this.downs.fire({ state: 'down', message });
    void tellTrouble(error);
  }
}

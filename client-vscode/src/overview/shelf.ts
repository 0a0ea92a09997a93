import type {
  ModelsChooseResult,
  ModelsInstallResult,
  ModelsListResult,
  ModelsProgressParams,
  ModelsRemoveResult,
  ModelUse,
  SettingChange,
} from '../protocol';
import type { Installing } from './messages';

/** An installation under way. */
export interface Install {
  readonly result: Promise<ModelsInstallResult>;
  readonly stop: () => void;
}

/** What the shelf needs of the world. */
export interface World {
  readonly list: () => Promise<ModelsListResult>;
  readonly install: (name: string) => Install;
  readonly remove: (name: string) => Promise<ModelsRemoveResult>;
  readonly choose: (name: string, use: ModelUse) => Promise<ModelsChooseResult>;
  readonly set: (change: SettingChange) => Promise<void>;
  /** An error, as sentences for the user. */
  readonly explain: (error: unknown) => string;
  readonly changed: () => void;
  readonly say: (text: string) => void;
}

/** The models as the page shows them. It lives in the extension, so that an installation outlives its page. */
export class Shelf {
  private readonly running = new Map<string, Install & { progress: ModelsProgressParams | null }>();
  /** Installations that were stopped and have yet to end. */
  private readonly ending = new Map<string, Promise<unknown>>();
  private readonly failures = new Map<string, string>();
  private asked = 0;

  models: ModelsListResult | null = null;
  problem = '';

  constructor(private readonly world: World) {}

  get installing(): Record<string, Installing> {
    return Object.fromEntries([...this.running].map(([name, { progress }]) => [name, { progress }]));
  }

  get failed(): Record<string, string> {
    return Object.fromEntries(this.failures);
  }

  /** Asks the server what there is; of several at once the last one counts. */
  async refresh(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    try {
      const models = await this.world.list();
      if (mine === this.asked) {
        this.models = models;
        this.problem = '';
      }
    } catch (error) {
      if (mine === this.asked) {
        this.problem = this.world.explain(error);
      }
    }
    this.world.changed();
  }

  /** Installs a model; resolves when that has ended, however it did. */
  async install(name: string): Promise<void> {
    if (this.running.has(name)) {
      return;
    }
    this.failures.delete(name);
    const stopped = this.ending.get(name);
    const begin = async () => {
      await stopped;
      return this.world.install(name);
    };
    const beginning = begin();
    const install = {
      result: beginning.then(({ result }) => result),
      stop: () => {
        void beginning.then(({ stop }) => {
          stop();
        });
      },
      progress: null,
    };
    this.running.set(name, install);
    this.world.changed();
    this.world.say(`Installing ${this.titleOf(name)}`);
    try {
      const { message } = await install.result;
      this.world.say(message);
    } catch (error) {
      if (this.running.get(name) === install) {
        this.failures.set(name, this.world.explain(error));
      }
    }
    if (this.running.get(name) === install) {
      this.running.delete(name);
    }
    await this.refresh();
  }

  /** Stops an installation. */
  cancel(name: string): void {
    const install = this.running.get(name);
    if (install === undefined) {
      return;
    }
    this.running.delete(name);
    const ended = install.result.then(
      () => undefined,
      () => undefined,
    );
    this.ending.set(name, ended);
    install.stop();
    this.world.say('Cancelled');
    this.world.changed();
  }

  /** The server tells how an installation gets on; whether it is one of ours. */
  take(progress: ModelsProgressParams): boolean {
    const install = this.running.get(progress.name);
    if (install !== undefined) {
      install.progress = progress;
    }
    return install !== undefined;
  }

  /** Deletes a model. */
  async remove(name: string): Promise<void> {
    await this.attempt(name, async () => {
      await this.set((await this.world.remove(name)).settings);
    });
  }

  /** Uses a model for something: the server says which settings do that. */
  async choose(name: string, use: ModelUse): Promise<void> {
    await this.attempt(name, async () => {
      const { settings } = await this.world.choose(name, use);
      await this.set(settings);
      this.world.say(`${this.titleOf(name)} is used for ${use}`);
    });
  }

  /** The user has read why something failed. */
  dismiss(name: string): void {
    this.failures.delete(name);
    this.world.changed();
  }

  /** The name of a model for a person. */
  titleOf(name: string): string {
    return this.models?.models.find((each) => each.name === name)?.title ?? name;
  }

  private async set(changes: readonly SettingChange[]): Promise<void> {
    for (const change of changes) {
      await this.world.set(change);
    }
  }

  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    this.failures.delete(name);
    try {
      await work();
    } catch (error) {
      this.failures.set(name, this.world.explain(error));
    }
    await this.refresh();
  }
}

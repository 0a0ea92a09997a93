/** What leads on from an error, as a button. */
export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly argument?: string;
}

/** All there are. A conversation keeps their names. */
export const REMEDIES = {
  models: { title: 'Open Models', command: 'hearth.models' },
  doctor: { title: 'Check the Installation', command: 'hearth.doctor' },
  settings: {
    title: 'Open Settings',
    command: 'workbench.action.openSettings',
    argument: '@ext:hearth-ls.hearth',
  },
  restart: { title: 'Restart Server', command: 'hearth.restart' },
  fresh: { title: 'New Chat', command: 'hearth.chat.new' },
  folder: { title: 'Open a Folder…', command: 'vscode.openFolder' },
  log: { title: 'Show Log', command: 'hearth.showLog' },
} as const satisfies Record<string, Remedy>;

export type RemedyName = keyof typeof REMEDIES;

/** By the code of an error. To try again is offered in any case. */
const BY_CODE: Readonly<Partial<Record<string, readonly RemedyName[]>>> = {
  settings: ['settings'],
  model: ['models'],
  model_not_found: ['models'],
  model_invalid: ['models'],
  model_lacks: ['models'],
  context_too_long: ['fresh', 'models'],
  engine: ['doctor'],
  engine_missing: ['doctor'],
  engine_start: ['doctor'],
  engine_memory: ['models'],
  port_in_use: ['settings'],
  index: ['doctor'],
  provider: ['doctor'],
  unavailable: ['doctor', 'models'],
  timeout: ['models'],
  auth: ['settings'],
  refused: ['settings'],
  broken: ['doctor'],
};

/** What helps with an error of this code; the log always tells more. */
export function remediesFor(code: string): readonly RemedyName[] {
  return [...(BY_CODE[code] ?? []), 'log'];
}

/** What somebody wrote down is the name of a remedy. */
export function isRemedy(name: unknown): name is RemedyName {
  return typeof name === 'string' && Object.hasOwn(REMEDIES, name);
}

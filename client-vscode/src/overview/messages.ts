/** What the extension and its overview page tell each other. Types alone: the page's bundle takes no code from here. */

import type {
  DoctorResult,
  FindingFix,
  IndexAction,
  IndexProgressParams,
  ModelsListResult,
  ModelsProgressParams,
  ModelUse,
} from '../protocol';

/** A model that is being installed. */
export interface Installing {
  /** Null until the server tells. */
  readonly progress: ModelsProgressParams | null;
}

/** All that the page shows. */
export interface State {
  /** Null while nobody told. */
  readonly models: ModelsListResult | null;
  /** Why the models cannot be told; empty if they can. */
  readonly modelsProblem: string;
  /** By name. */
  readonly installing: Readonly<Record<string, Installing>>;
  /** Why a model could not be installed, removed or chosen, by its name. */
  readonly failed: Readonly<Record<string, string>>;
  readonly index: IndexProgressParams | null;
  /** How the index gets on, in one line. */
  readonly indexText: string;
  /** Null while it is looked at for the first time. */
  readonly health: DoctorResult | null;
  readonly healthProblem: string;
  /** It is looked at. */
  readonly looking: boolean;
}

/** The parts of the page. */
export type Section = 'models' | 'index' | 'health';

/** Extension → page. */
export type ToOverview =
  | { readonly type: 'show'; readonly state: State }
  | { readonly type: 'progress'; readonly progress: ModelsProgressParams }
  /** The page is opened for this part. */
  | { readonly type: 'go'; readonly section: Section }
  /** To be read out. */
  | { readonly type: 'say'; readonly text: string };

/** Page → extension. */
export type FromOverview =
  | { readonly type: 'ready' }
  | { readonly type: 'refresh' | 'look' }
  | { readonly type: 'index'; readonly action: IndexAction }
  | { readonly type: 'fix'; readonly fix: FindingFix }
  | { readonly type: 'install' | 'cancel' | 'remove' | 'dismiss'; readonly name: string }
  | { readonly type: 'choose'; readonly name: string; readonly use: ModelUse }
  | { readonly type: 'folder' | 'settings' | 'log' };

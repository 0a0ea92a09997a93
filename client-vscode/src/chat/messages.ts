/** What the extension and its chat panel tell each other. Types alone: the panel's bundle takes no code from here. */

import type { ChatSource } from '../protocol';
import type { RemedyName } from '../remedies';

/** `answering` until the server closed the answer, the user stopped it, or it failed. */
export type TurnState = 'answering' | 'done' | 'stopped' | 'failed';

/** A question and its answer. */
export interface Turn {
  readonly id: string;
  /** As it was typed. */
  readonly question: string;
  /** The file that went along; null for none. */
  readonly about: About | null;
  /** Pictures that went along. */
  readonly pictures: readonly Picture[];
  readonly answer: string;
  readonly state: TurnState;
  readonly sources: readonly ChatSource[];
  /** A sentence for each file that was named but not shown to the model. */
  readonly notes: readonly string[];
  /** Why it failed and what to do about it; empty if it did not. */
  readonly problem: string;
  /** What leads on from there. */
  readonly remedies: readonly RemedyName[];
  readonly stats: Stats | null;
}

/** A picture, as it is sent. */
export interface Picture {
  /** Its media type. */
  readonly kind: string;
  /** Base64. */
  readonly data: string;
  /** Name of its file. */
  readonly name: string;
}

/** A place in a file that a question is about. */
export interface About {
  readonly uri: string;
  readonly range: ChatSource['range'];
  /** File name, and lines if any are selected. */
  readonly label: string;
}

/** What an answer cost; null where the model's provider does not tell. */
export interface Stats {
  readonly model: string;
  readonly tokensPerSecond: number | null;
  /** Prompt and answer together. */
  readonly usedTokens: number | null;
  /** The model's window. */
  readonly contextTokens: number | null;
  /** It was cut off at a limit. */
  readonly cut: boolean;
}

/** Something that can be completed in the question, and what completing puts there. */
export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
}

/** Extension → panel. */
export type ToPanel =
  | { readonly type: 'show'; readonly title: string; readonly turns: readonly Turn[] }
  | { readonly type: 'turn'; readonly turn: Turn }
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  | { readonly type: 'about'; readonly label: string | null }
  /** Whether the model sees pictures; null while nobody knows. */
  | { readonly type: 'sight'; readonly able: boolean | null; readonly reason: string }
  | { readonly type: 'suggestions'; readonly request: number; readonly items: readonly Suggestion[] }
  | { readonly type: 'compose'; readonly text: string | null }
  /** More may be found by now than when suggestions were asked for. */
  | { readonly type: 'look' };

/** Panel → extension. */
export type FromPanel =
  | { readonly type: 'ready' }
  | {
      readonly type: 'ask';
      readonly text: string;
      readonly withFile: boolean;
      readonly pictures: readonly Picture[];
    }
  | { readonly type: 'resend'; readonly id: string; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'suggest'; readonly request: number; readonly word: string; readonly first: boolean }
  | { readonly type: 'open'; readonly uri: string; readonly line: number }
  | { readonly type: 'copy' | 'insert'; readonly text: string }
  | { readonly type: 'apply'; readonly text: string; readonly id: string }
  | { readonly type: 'link'; readonly address: string }
  | { readonly type: 'remedy'; readonly name: RemedyName };

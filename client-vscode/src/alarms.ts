import type { StatusResult } from './protocol';
import { remediesFor, type RemedyName } from './remedies';

/** Errors that are told in the status bar alone: the next request may well do better. */
const PASSING = new Set([
  'timeout',
  'broken',
  'refused',
  'engine_busy',
  'context_too_long',
  'invalid_request',
]);

/** What is to be told to the user, with what leads on. */
export interface Alarm {
  readonly message: string;
  readonly remedies: readonly RemedyName[];
}

/** Older servers send no code. */
type Status = Omit<StatusResult, 'code'> & Partial<Pick<StatusResult, 'code'>>;

/** Decides which errors of the model are more than a sign in the status bar: those that last, each once. */
export class Alarms {
  private readonly told = new Set<string>();

  /** What a status is to be told with; undefined if it need not be. */
  of({ state, code = '', message, hint }: Status): Alarm | undefined {
    if (state === 'ready') {
      this.told.clear();
    }
    if (state !== 'error' || code === '' || PASSING.has(code) || this.told.has(message)) {
      return undefined;
    }
    this.told.add(message);
    return { message: hint === '' ? message : `${message} ${hint}`, remedies: remediesFor(code) };
  }

  /** A new server: what lasts is told again. */
  forget(): void {
    this.told.clear();
  }
}

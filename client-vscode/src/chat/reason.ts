import { ErrorCodes, ResponseError } from 'vscode-languageclient/node';

import { ServerDown } from '../health';
import { remediesFor, type RemedyName } from '../remedies';
import { failure, isErrorData } from '../words';

/** Why something failed, for the user. */
export interface Failure {
  /** Why, and what to do about it, as sentences. */
  readonly problem: string;
  /** What leads on. */
  readonly remedies: readonly RemedyName[];
}

/** An error that a request ended with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ResponseError) {
    if (error.code === ErrorCodes.PendingResponseRejected) {
      const problem =
        'The Hearth server ended before the answer did. It is started again; please ask once more.';
      return { problem, remedies: ['doctor', 'log'] };
    }
    const code = isErrorData(error.data) ? error.data.code : '';
    return { problem: failure(error.message, error.data), remedies: remediesFor(code) };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { problem, remedies: error instanceof ServerDown ? ['restart', 'doctor', 'log'] : ['log'] };
}

/** Why something failed and what to do about it, as sentences for the user. */
export function reason(error: unknown): string {
  return failureOf(error).problem;
}

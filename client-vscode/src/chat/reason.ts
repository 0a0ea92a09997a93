import { ServerDown } from '../health';
import { remediesFor, type RemedyName } from '../remedies';
import { failure, isErrorData } from '../words';

/** Of vscode-jsonrpc, whose code is not loaded for this: the connection was closed before there was an answer. */
const CLOSED = -32097;

/** Why something failed, for the user. */
export interface Failure {
  /** Why, and what to do about it, as sentences. */
  readonly problem: string;
  /** What leads on. */
  readonly remedies: readonly RemedyName[];
}

/** An error that a request ended with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error && 'code' in error && typeof error.code === 'number') {
    if (error.code === CLOSED) {
      const problem =
        'The Hearth server ended before the answer did. It is started again; please ask once more.';
      return { problem, remedies: ['doctor', 'log'] };
    }
    const data = 'data' in error ? error.data : undefined;
    const code = isErrorData(data) ? data.code : '';
    return { problem: failure(error.message, data), remedies: remediesFor(code) };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { problem, remedies: error instanceof ServerDown ? ['restart', 'doctor', 'log'] : ['log'] };
}

/** Why something failed and what to do about it, as sentences for the user. */
export function reason(error: unknown): string {
  return failureOf(error).problem;
}

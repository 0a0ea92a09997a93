import { ErrorCodes, ResponseError } from 'vscode-languageclient/node';

import { failure } from '../words';

/** Why an answer failed and what to do about it, as sentences for the user. */
export function reason(error: unknown): string {
  if (error instanceof ResponseError) {
    if (error.code === ErrorCodes.PendingResponseRejected) {
      return 'The Hearth server ended before the answer did. It is started again; please ask once more.';
    }
    return failure(error.message, error.data);
  }
  return error instanceof Error ? error.message : String(error);
}

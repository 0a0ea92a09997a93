/**
 * The language client, in a bundle of its own: it is nine tenths of the code, and is loaded when the extension has been
 * activated. Nothing else may import it but for types.
 */
import { LanguageClient } from 'vscode-languageclient/node';

export { CloseAction, ErrorAction, State } from 'vscode-languageclient/node';

/** Its messages for the log stay there: what the user should know, `Server` says, with buttons that help. */
export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

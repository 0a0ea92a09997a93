import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import type { FromPanel, ToPanel } from './messages';
import { pageHtml } from './page';

/** One place that shows the chat: the side panel, or an editor tab. Its page may be thrown away and made again. */
export class Surface {
  private ready = false;
  private waiting: ToPanel | undefined;

  constructor(
    private readonly webview: vscode.Webview,
    files: vscode.Uri,
    arrived: (surface: Surface) => void,
    take: (message: FromPanel) => void,
  ) {
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    webview.onDidReceiveMessage((message: FromPanel) => {
      if (message.type === 'ready') {
        this.ready = true;
        arrived(this);
        if (this.waiting !== undefined) {
          this.send(this.waiting);
          this.waiting = undefined;
        }
      } else {
        take(message);
      }
    });
    webview.html = pageHtml({
      script: webview.asWebviewUri(vscode.Uri.joinPath(files, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(files, 'panel.css')).toString(),
      origin: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** The page is thrown away because nobody sees it; the next one says when it is ready. */
  hidden(): void {
    this.ready = false;
  }

  /** Sends a message, if there is a page: a new page is told everything when it comes. */
  send(message: ToPanel): void {
    if (this.ready) {
      void this.webview.postMessage(message);
    }
  }

  /** Sends a message now, or as soon as there is a page. */
  sendSoon(message: ToPanel): void {
    if (this.ready) {
      this.send(message);
    } else {
      this.waiting = message;
    }
  }
}

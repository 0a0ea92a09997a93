/** What the chat panel's page is made with. */
export interface Page {
  /** Addresses that the editor serves the extension's files at. */
  readonly script: string;
  readonly style: string;
  /** The origin of those files, for the policy. */
  readonly origin: string;
  /** Fresh for each page: only scripts that carry it run. */
  readonly nonce: string;
}

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['/explain', 'Explain the selected code'],
  ['/tests', 'Write tests for it'],
  ['What does @', 'Ask about a file'],
];

/**
 * The page of the chat panel, empty. Its policy lets it load the extension's own script and style sheet and nothing
 * else: no images, no frames, no connections, no inline code.
 */
export function pageHtml({ script, style, origin, nonce }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src ${origin}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const examples = EXAMPLES.map(
    ([ask, label]) =>
      `<li><button type="button" class="example" data-ask="${ask} "><code>${ask}</code> ${label}</button></li>`,
  ).join('\n        ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${style}">
    <title>Hearth</title>
  </head>
  <body>
    <main id="transcript" tabindex="0" aria-label="Conversation">
      <h1 class="visually-hidden">Hearth chat</h1>
      <section id="empty">
        <h2>Ask about your code</h2>
        <p>The open file and its selection go along with a question; @ brings others.</p>
        <ul>
        ${examples}
        </ul>
      </section>
    </main>
    <section id="composer" aria-label="Your question">
      <ul id="suggestions" role="listbox" aria-label="Suggestions" hidden></ul>
      <button type="button" id="about" aria-pressed="true" title="This file goes along with the question" hidden></button>
      <div class="field">
        <textarea id="question" rows="1" aria-label="Question" aria-autocomplete="list" aria-controls="suggestions"
          placeholder="Ask; / for commands, @ for files and more"></textarea>
        <button type="button" id="send">Send</button>
      </div>
    </section>
    <div id="status" role="status" class="visually-hidden"></div>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}

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
 * A page up to its body. Its policy lets it load the extension's own script and style sheet and nothing else, but for
 * what `more` names.
 */
export function pageHead({ style, origin, nonce }: Page, more: readonly string[] = []): string {
  const policy = [
    "default-src 'none'",
    ...more,
    `style-src ${origin}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${style}">
    <title>Hearth</title>
  </head>
`;
}

/**
 * The page of the chat panel, empty. What the user could send is disabled until the script takes it. Beside what every
 * page may load, it shows the pictures that it makes itself of what the user attaches.
 */
export function pageHtml(page: Page): string {
  const examples = EXAMPLES.map(
    ([ask, label]) =>
      `<li><button type="button" class="example" data-ask="${ask} "><code>${ask}</code> ${label}</button></li>`,
  ).join('\n        ');
  return `${pageHead(page, ['img-src blob:'])}  <body>
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
      <ul id="pictures" aria-label="Pictures that go along" hidden></ul>
      <p id="pictures-note" role="status" hidden></p>
      <button type="button" id="about" aria-pressed="true" title="This file goes along with the question" hidden></button>
      <div class="field">
        <textarea id="question" rows="1" aria-label="Question" aria-autocomplete="list" aria-controls="suggestions"
          placeholder="Ask; / for commands, @ for files and more" disabled></textarea>
        <button type="button" id="attach" class="quiet" aria-label="Attach a picture" disabled>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path fill="none" stroke="currentColor" stroke-linejoin="round" stroke-linecap="round"
              d="M2 3.5h12v9H2zM2.5 11l3.2-3.4 2.6 2.6 2-2 3.2 3"/>
            <circle cx="10.8" cy="6" r="1" fill="currentColor"/>
          </svg>
        </button>
        <input type="file" id="files" accept="image/*" multiple hidden aria-label="Pictures" tabindex="-1">
        <button type="button" id="send" disabled>Send</button>
      </div>
    </section>
    <div id="status" role="status" class="visually-hidden"></div>
    <script nonce="${page.nonce}" src="${page.script}"></script>
  </body>
</html>
`;
}

import { pageHead, type Page } from '../chat/page';

/** The overview's page, empty. Its policy is that of the chat's: the extension's own script and style, nothing else. */
export function overviewHtml(page: Page): string {
  return `${pageHead(page)}  <body>
    <main>
      <h1>Hearth</h1>
      <section id="models" aria-labelledby="models-title">
        <h2 id="models-title" tabindex="-1">Models</h2>
        <div class="content"></div>
      </section>
      <section id="index" aria-labelledby="index-title">
        <h2 id="index-title" tabindex="-1">Index</h2>
        <div class="content"></div>
      </section>
      <section id="health" aria-labelledby="health-title">
        <h2 id="health-title" tabindex="-1">Health</h2>
        <div class="content"></div>
      </section>
    </main>
    <div id="status" role="status" class="visually-hidden"></div>
    <script nonce="${page.nonce}" src="${page.script}"></script>
  </body>
</html>
`;
}

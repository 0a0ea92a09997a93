import { expect, test } from 'vitest';

import { Answer } from '../answer';
import { Page } from './page';

/** What a model may write, by mistake or because a file that it read told it to. `ran` notes what runs. */
const HOSTILE = [
  '<img src=x onerror="ran.push(1)">',
  '<script>ran.push(2)</script>',
  '<svg onload="ran.push(3)"><script>ran.push(4)</script></svg>',
  '<iframe srcdoc="<script>parent.ran.push(5)</script>"></iframe>',
  '<a href="javascript:ran.push(6)">x</a>',
  '[x](javascript:ran.push(7))',
  '[x](JaVaScRiPt:ran.push(8))',
  '[x](java\tscript:ran.push(9))',
  '[x](&#106;avascript:ran.push(10))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:ran.push(11))',
  '[x](command:workbench.action.terminal.new)',
  '[x](file:///etc/passwd)',
  '<javascript:ran.push(12)>',
  '![x](https://evil.example/pixel.png)',
  '![x](//evil.example/pixel.png)',
  '![x][1]\n\n[1]: https://evil.example/pixel.png',
  '![](x" onerror="ran.push(13))',
  '![x](javascript:ran.push(14))',
  '```html\n</code></pre><script>ran.push(15)</script>\n```',
  '```html\n</script><script>ran.push(16)</script>\n```',
  '```"><script>ran.push(17)</script>\ncode\n```',
  '```visually-hidden quiet"onmouseover="ran.push(18)\ncode\n```',
  '    </code></pre><img src=https://evil.example/y onerror=ran.push(19)>',
  '`<img src=x onerror=ran.push(20)>`',
  '<style>@import "https://evil.example/z.css"; * { background: url(https://evil.example/b) }</style>',
  '<link rel=stylesheet href=https://evil.example/c.css>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<base href="https://evil.example/">',
  '<object data=https://evil.example/o></object><embed src=https://evil.example/e>',
  '<video src=https://evil.example/v poster=https://evil.example/p></video>',
  '<form action=https://evil.example/><input autofocus onfocus=ran.push(21)></form>',
  '<details open ontoggle=ran.push(22)>x</details>',
  '<math><mtext><table><mglyph><style><img src=x onerror=ran.push(23)></style></mglyph></table></mtext></math>',
  '<div style="background:url(https://evil.example/s)" onclick=ran.push(24)>x</div>',
  '| a |\n|:-:|\n| <img src=x onerror=ran.push(25)> |',
  '> <script>ran.push(26)</script>',
  '1. [x](javascript:ran.push(27)) <b onclick=ran.push(28)>',
  '<!-- --><script>ran.push(29)</script>',
  '[x](https://evil.example/"onmouseover="ran.push(30))',
];

const TAGS = new Set(
  'BLOCKQUOTE BR BUTTON CODE DEL DIV EM H1 H2 H3 H4 H5 H6 HR LI OL P PRE S SPAN STRONG TABLE TBODY TD TH THEAD TR UL'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set([
  'class',
  'data-link',
  'start',
  'type',
  'title',
  'data-action',
  'tabindex',
  'role',
  'aria-label',
]);

function assertHarmless(page: Page): void {
  expect(page.ran).toStrictEqual([]);
  expect(page.fetched).toStrictEqual([]);
  for (const element of page.place.querySelectorAll('*')) {
    expect(TAGS.has(element.tagName), element.outerHTML).toBe(true);
    for (const { name } of element.attributes) {
      expect(ATTRIBUTES.has(name), element.outerHTML).toBe(true);
    }
    expect(element.getAttribute('data-link') ?? 'https://', element.outerHTML).toMatch(
      /^(https?:\/\/|mailto:)/,
    );
    for (const name of element.tagName === 'CODE' ? element.classList : []) {
      expect(name, element.outerHTML).toMatch(/^language-/);
    }
  }
}

test('this page runs and fetches what is put into it without care', async () => {
  const page = new Page();
  page.place.innerHTML =
    '<img src=https://evil.example/x onerror="ran.push(1)"><iframe src=https://evil.example/y>';
  page.place.append(
    Object.assign(page.window.document.createElement('script'), { textContent: 'ran.push(2)' }),
  );
  await page.poke();
  expect(page.ran.includes(1 as never) && page.ran.includes(2 as never)).toBe(true);
  expect(page.fetched).not.toStrictEqual([]);
});

for (const text of HOSTILE) {
  test(`nothing runs and nothing is fetched: ${JSON.stringify(text)}`, async () => {
    const page = new Page();
    new Answer(page.place, page.markdown()).append(text);
    await page.poke();
    assertHarmless(page);
  });
}

test('nor while it comes in pieces, wherever they are cut', async () => {
  const page = new Page();
  const answer = new Answer(page.place, page.markdown());
  for (const letter of HOSTILE.join('\n\n')) {
    answer.append(letter);
  }
  await page.poke();
  assertHarmless(page);
});

test('what is harmless in it can still be read', () => {
  const page = new Page();
  new Answer(page.place, page.markdown()).append('<b>x</b> ![chart](https://a.example/b.png) `</script>`');
  expect(page.place.textContent.trim()).toBe('<b>x</b> chart </script>');
  expect(page.place.querySelector<HTMLElement>('.link')?.dataset['link']).toBe('https://a.example/b.png');
});

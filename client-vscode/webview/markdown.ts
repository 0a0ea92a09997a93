import type { HLJSApi } from 'highlight.js';
import type { DOMPurify } from 'dompurify';
import MarkdownIt from 'markdown-it';

import { highlighter } from './languages';

/** Code that is longer than this, in characters, is shown in one colour: reading it again and again takes too long. */
const HIGHLIGHT_CHARS = 100_000;

const TAGS =
  'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul'.split(
    ' ',
  );

/** Addresses that a link may have. Everything else is shown as the text it is. */
const LINK = /^(?:https?:\/\/|mailto:)/i;

/** A top-level piece of Markdown, as lines of the text it was found in. */
export interface Block {
  readonly from: number;
  readonly to: number;
  /** It is a code block that is not, or not yet, closed. */
  readonly open: boolean;
}

/**
 * Markdown that a model wrote, as document nodes. Nothing in it runs and nothing is fetched: raw HTML is text,
 * images are links, links lead to the web alone, and what is left goes through DOMPurify.
 */
export class Markdown {
  private readonly parser = new MarkdownIt({ html: false, linkify: true });

  constructor(
    private readonly purify: DOMPurify,
    private readonly highlight: HLJSApi = highlighter(),
  ) {
    const { parser } = this;
    parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
    parser.validateLink = (address) => LINK.test(address);
    parser.renderer.rules['image'] = (tokens, index) => {
      const label = tokens[index]?.content ?? '';
      const address = String(tokens[index]?.attrGet('src') ?? '');
      return `<a href="${escaped(address)}">${escaped(label || address)}</a>`;
    };
    const code = (text: string, language: string) =>
      `<pre><code class="language-${escaped(language)}">${this.coloured(text, language)}</code></pre>`;
    parser.renderer.rules['fence'] = (tokens, index) => {
      const { content, info } = tokens[index] ?? { content: '', info: '' };
      return code(content, languageOf(info));
    };
    parser.renderer.rules['code_block'] = (tokens, index) => code(tokens[index]?.content ?? '', '');
  }

  /** The top-level blocks of a text, in order. */
  blocks(text: string): Block[] {
    const lines = text.split('\n');
    return this.parser
      .parse(text, {})
      .filter((token) => token.level === 0 && token.nesting >= 0 && token.map !== null)
      .map((token) => {
        const [from, to] = token.map ?? [0, 0];
        const fence = token.type === 'fence';
        const last = (lines[to - 1] ?? '').trim();
        // A closed fence ends with its own mark; the line that opens one cannot be that end.
        const closed = to - from > 1 && last.startsWith(token.markup) && /^(`+|~+)$/.test(last);
        return { from, to, open: fence && !closed };
      });
  }

  /** The text as nodes that are safe to put into the page. */
  render(text: string): DocumentFragment {
    return this.purify.sanitize(this.parser.render(text, {}), {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ['href', 'class', 'start'],
      ALLOWED_URI_REGEXP: LINK,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
  }

  /** HTML in which nothing but `span` with a class is markup. */
  private coloured(text: string, language: string): string {
    if (text.length > HIGHLIGHT_CHARS || this.highlight.getLanguage(language) === undefined) {
      return escaped(text);
    }
    return this.highlight.highlight(text, { language, ignoreIllegals: true }).value;
  }
}

/** The language of a fence: the first word behind it, such as `py` in "```py title=…". */
export function languageOf(info: string): string {
  return /^[\w+#.-]{1,30}/.exec(info.trim())?.[0].toLowerCase() ?? '';
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

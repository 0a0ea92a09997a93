import { decorate } from './code';
import type { Markdown } from './markdown';

/** An open code block that is longer than this, in characters, is coloured when it is closed, and not at every token. */
const LIVE_HIGHLIGHT_CHARS = 6000;

/**
 * An answer that grows. Blocks that can no longer change are drawn once; with each piece of text only the last block is
 * drawn again, so that a long answer costs no more per token than a short one.
 */
export class Answer {
  private text = '';
  /** Where in `text` the last block begins. All before it is drawn for good. */
  private settled = 0;
  private finished = false;
  private readonly live: HTMLElement;
  /** The long code block whose text is only added to, and how much of it is shown. */
  private long: { readonly code: HTMLElement; readonly head: number; shown: number } | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly markdown: Markdown,
  ) {
    this.live = place.ownerDocument.createElement('div');
    this.live.className = 'block';
    place.replaceChildren(this.live);
  }

  /** Characters drawn so far. */
  get length(): number {
    return this.text.length;
  }

  /** Adds text to the end. */
  append(text: string): void {
    this.text += text;
    if (this.long !== undefined && !this.closes()) {
      this.grow(this.long);
    } else {
      this.draw();
    }
  }

  /** No more text comes. */
  finish(): void {
    this.finished = true;
    if (this.long !== undefined) {
      this.draw();
    }
  }

  private draw(): void {
    this.long = undefined;
    const tail = this.text.slice(this.settled);
    const blocks = this.markdown.blocks(tail);
    const last = blocks.at(-1);
    const starts = startsOf(tail);
    const start = last === undefined ? 0 : (starts[last.from] ?? 0);
    const head = this.settled + (last === undefined ? 0 : (starts[last.from + 1] ?? tail.length));
    // While its first line is incomplete, the last block may turn out to be part of the one before.
    if (blocks.length > 1 && last !== undefined && starts.length > last.from + 1) {
      this.settle(tail.slice(0, start), start);
    }
    const rest = this.text.slice(this.settled);
    this.live.replaceChildren(this.markdown.render(rest));
    decorate(this.live);
    const codes = this.live.querySelectorAll<HTMLElement>(':scope > .code code');
    const code = codes.item(codes.length - 1) as HTMLElement | null;
    if (
      !this.finished &&
      last?.open === true &&
      rest.length > LIVE_HIGHLIGHT_CHARS &&
      code !== null &&
      codes.length === 1
    ) {
      code.textContent = this.text.slice(head);
      this.long = { code, head, shown: this.text.length };
    }
  }

  /** Draws a text for good, block by block, so that the page can leave out what is not in view. */
  private settle(text: string, length: number): void {
    const starts = startsOf(text);
    const blocks = this.markdown.blocks(text);
    blocks.forEach((block, index) => {
      const next = blocks[index + 1];
      const part = text.slice(index === 0 ? 0 : starts[block.from], next && starts[next.from]);
      const element = this.place.ownerDocument.createElement('div');
      element.className = 'block';
      element.append(this.markdown.render(part));
      decorate(element);
      this.live.before(element);
    });
    this.settled += length;
  }

  private grow(long: NonNullable<Answer['long']>): void {
    long.code.append(this.text.slice(long.shown));
    long.shown = this.text.length;
  }

  /** A line of what came last may close the code block. */
  private closes(): boolean {
    const from = this.text.lastIndexOf('\n', (this.long?.shown ?? 0) - 1);
    return /^\s*(?:`{3,}|~{3,})/m.test(this.text.slice(from + 1));
  }
}

/** Offsets at which the lines of a text begin. */
function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

import type { FromPanel, Turn } from '../src/chat/messages';
import { element } from './composer';
import type { Markdown } from './markdown';
import { TurnView } from './turns';

/** From the bottom, in pixels, within which the view follows an answer as it grows. */
const NEAR = 48;

/** All turns of the conversation. Texts that come are gathered and drawn with the next frame. */
export class Transcript {
  private readonly scroller = element('transcript', HTMLElement);
  private readonly empty = element('empty', HTMLElement);
  private readonly views = new Map<string, TurnView>();
  private readonly news = new Map<string, string>();

  constructor(
    private readonly markdown: Markdown,
    private readonly post: (message: FromPanel) => void,
  ) {}

  /** Shows another conversation, at its end. */
  show(turns: readonly Turn[]): void {
    this.news.clear();
    this.views.forEach((view) => {
      view.element.remove();
    });
    this.views.clear();
    this.empty.hidden = turns.length > 0;
    turns.forEach((turn) => {
      this.put(turn);
    });
    this.toEnd();
  }

  /** A turn is new, or changed. */
  turn(turn: Turn): void {
    this.flush();
    const fresh = !this.views.has(turn.id);
    const follow = fresh || this.isAtEnd();
    this.empty.hidden = true;
    this.put(turn);
    if (follow) {
      this.toEnd();
    }
  }

  /** An answer has grown. */
  text(id: string, text: string): void {
    if (this.news.size === 0) {
      requestAnimationFrame(() => {
        const follow = this.isAtEnd();
        this.flush();
        if (follow) {
          this.toEnd();
        }
      });
    }
    this.news.set(id, (this.news.get(id) ?? '') + text);
  }

  private put(turn: Turn): void {
    const view = this.views.get(turn.id);
    if (view !== undefined) {
      view.update(turn);
      return;
    }
    const made = new TurnView(turn, this.markdown, this.post);
    this.views.set(turn.id, made);
    this.scroller.append(made.element);
  }

  private flush(): void {
    this.news.forEach((text, id) => {
      this.views.get(id)?.append(text);
    });
    this.news.clear();
  }

  private isAtEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    return scrollTop + clientHeight >= scrollHeight - NEAR;
  }

  private toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}

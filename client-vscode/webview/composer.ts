import type { FromPanel, Suggestion } from '../src/chat/messages';
import { make } from './dom';
import { Pictures, type Sight } from './pictures';

type Post = (message: FromPanel) => void;

/** The word before the cursor that can be completed: `/command` at the very beginning, or `@file`. */
export function wordAt(
  text: string,
  cursor: number,
): { readonly from: number; readonly word: string } | undefined {
  const before = text.slice(0, cursor);
  const match = /^\/\w*$|(?<=^|\s)@[^\s"]*$/.exec(before);
  return match === null ? undefined : { from: match.index, word: match[0] };
}

/** Where the user writes, with completion of slash commands and mentions. */
export class Composer {
  private readonly field = element('question', HTMLTextAreaElement);
  private readonly list = element('suggestions', HTMLUListElement);
  private readonly sendButton = element('send', HTMLButtonElement);
  private readonly about = element('about', HTMLButtonElement);
  private readonly files = element('files', HTMLInputElement);
  private readonly pictures: Pictures;
  private items: readonly Suggestion[] = [];
  private chosen = 0;
  private request = 0;
  private busy = false;

  /**
   * @param draft what was written when the page was thrown away
   * @param keep remembers what is written for the next page
   */
  constructor(
    private readonly post: Post,
    draft: string,
    private readonly keep: (draft: string) => void,
  ) {
    this.field.value = draft;
    const attach = element('attach', HTMLButtonElement);
    this.pictures = new Pictures(
      element('pictures', HTMLUListElement),
      attach,
      element('pictures-note', HTMLParagraphElement),
    );
    attach.addEventListener('click', () => {
      if (this.pictures.allowed()) {
        this.files.click();
      }
    });
    this.files.addEventListener('change', () => {
      void this.attach([...(this.files.files ?? [])]);
      this.files.value = '';
    });
    this.field.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // What comes as text too, such as cells of a table, is pasted as text.
      if (files.length > 0 && event.clipboardData?.getData('text/plain') === '') {
        event.preventDefault();
        void this.attach(files);
      }
    });
    document.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files') === true) {
        event.preventDefault();
      }
    });
    document.addEventListener('drop', (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) {
        event.preventDefault();
        void this.attach(files);
      }
    });
    this.field.addEventListener('input', () => {
      this.keep(this.field.value);
      this.suggest();
    });
    this.field.addEventListener('keydown', (event) => {
      this.key(event);
    });
    this.field.addEventListener('blur', () => {
      this.close();
    });
    this.sendButton.addEventListener('click', () => {
      this.press();
    });
    this.about.addEventListener('click', () => {
      const used = this.about.getAttribute('aria-pressed') === 'true';
      this.about.setAttribute('aria-pressed', String(!used));
      this.field.focus();
    });
  }

  /** Lets the user write and send: from now on somebody listens. */
  enable(): void {
    for (const each of [this.field, this.sendButton, element('attach', HTMLButtonElement)]) {
      each.disabled = false;
    }
  }

  /** Puts text into the field, if there is any, and takes the focus. */
  compose(text: string | null): void {
    this.field.value = text ?? this.field.value;
    this.keep(this.field.value);
    this.field.focus();
  }

  /** The model writes, or does no more: the button stops it, or sends. */
  setBusy(busy: boolean): void {
    this.busy = busy;
    this.sendButton.textContent = busy ? 'Stop' : 'Send';
    this.sendButton.title = busy ? 'Stop the answer (Escape)' : 'Send the question (Enter)';
    this.sendButton.classList.toggle('stop', busy);
  }

  /** The file that would go along; null for none. */
  setAbout(label: string | null): void {
    this.about.hidden = label === null;
    this.about.textContent = label;
  }

  /** The model sees pictures, or does not. */
  setSight(sight: Sight): void {
    this.pictures.setSight(sight);
  }

  /** More may be found by now: suggestions are asked for again where there were none. */
  look(): void {
    if (this.items.length === 0 && document.activeElement === this.field) {
      this.suggest();
    }
  }

  /** Suggestions came for a request. */
  suggestions(request: number, items: readonly Suggestion[]): void {
    if (request === this.request) {
      this.offer(items);
    }
  }

  private key(event: KeyboardEvent): void {
    const open = this.items.length > 0;
    if (event.isComposing) {
      return;
    }
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.choose((this.chosen + step + this.items.length) % this.items.length);
    } else if (open && event.key === 'Enter' && this.isWritten()) {
      this.send();
    } else if (open && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
      this.accept(this.chosen);
    } else if (event.key === 'Escape' && open) {
      this.close();
    } else if (event.key === 'Escape' && this.busy) {
      this.post({ type: 'stop' });
    } else if (event.key === 'Enter' && !event.shiftKey) {
      this.send();
    } else {
      return;
    }
    event.preventDefault();
  }

  private press(): void {
    if (this.busy) {
      this.post({ type: 'stop' });
      this.field.focus();
    } else {
      this.send();
    }
  }

  private send(): void {
    const text = this.field.value;
    if (text.trim() === '') {
      return;
    }
    if (this.pictures.pending !== undefined) {
      void this.pictures.pending.then(() => {
        this.send();
      });
      return;
    }
    const withFile = this.about.getAttribute('aria-pressed') === 'true';
    this.post({ type: 'ask', text, withFile, pictures: this.pictures.take() });
    this.field.value = '';
    this.keep('');
    this.close();
  }

  private async attach(files: readonly File[]): Promise<void> {
    await this.pictures.add(files);
    this.field.focus();
  }

  private suggest(): void {
    const found = wordAt(this.field.value, this.field.selectionStart);
    if (found === undefined) {
      this.close();
    } else {
      this.request += 1;
      this.post({ type: 'suggest', request: this.request, word: found.word, first: found.from === 0 });
    }
  }

  /** Offers nothing; what is still on its way comes too late. */
  private close(): void {
    this.request += 1;
    this.offer([]);
  }

  private offer(items: readonly Suggestion[]): void {
    this.items = items;
    this.list.hidden = items.length === 0;
    const options = items.map(({ label, detail }, index) => {
      const attributes = { role: 'option', id: `suggestion-${index}` };
      const option = make(
        'li',
        { attributes },
        make('span', { text: label }),
        make('small', { text: detail }),
      );
      // On the press, so that the field keeps the focus.
      option.addEventListener('mousedown', (event) => {
        event.preventDefault();
        this.accept(index);
      });
      return option;
    });
    this.list.replaceChildren(...options);
    this.choose(0);
  }

  private choose(index: number): void {
    this.chosen = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute('aria-selected', String(at === index));
    });
    this.list.children[index]?.scrollIntoView({ block: 'nearest' });
    if (this.items.length > 0) {
      this.field.setAttribute('aria-activedescendant', `suggestion-${index}`);
    } else {
      this.field.removeAttribute('aria-activedescendant');
    }
  }

  /** The chosen suggestion stands there already, to the letter. */
  private isWritten(): boolean {
    const word = wordAt(this.field.value, this.field.selectionStart)?.word;
    return word !== undefined && this.items[this.chosen]?.insert.trim() === word;
  }

  private accept(index: number): void {
    const found = wordAt(this.field.value, this.field.selectionStart);
    const item = this.items[index];
    if (found !== undefined && item !== undefined) {
      this.field.setRangeText(item.insert, found.from, this.field.selectionStart, 'end');
      this.keep(this.field.value);
    }
    this.close();
    // What ends with a colon waits for what is meant.
    if (item?.insert.endsWith(':') === true) {
      this.suggest();
    }
  }
}

/** An element that the page was made with. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new Error(`The page has no ${id}.`);
  }
  return found;
}

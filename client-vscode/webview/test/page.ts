import createDOMPurify from 'dompurify';
import { type DOMWindow, JSDOM, ResourceLoader } from 'jsdom';

import { Markdown } from '../markdown';

/** A page that would run every script and fetch every address that comes into it, and notes both. */
export class Page {
  /** Addresses that were asked for. */
  readonly fetched: string[] = [];
  readonly window: DOMWindow;

  constructor() {
    const { fetched } = this;
    class Noting extends ResourceLoader {
      override fetch(url: string): null {
        fetched.push(url);
        return null;
      }
    }
    const html = '<!DOCTYPE html><body><main></main></body>';
    this.window = new JSDOM(html, { runScripts: 'dangerously', resources: new Noting() }).window;
    this.window['ran'] = [];
  }

  /** What scripts ran: each is expected to write its name into `ran`. */
  get ran(): readonly string[] {
    return this.window['ran'] as string[];
  }

  get place(): HTMLElement {
    const found = this.window.document.querySelector('main');
    if (found === null) {
      throw new Error('The page has lost its place.');
    }
    return found;
  }

  markdown(): Markdown {
    return new Markdown(createDOMPurify(this.window));
  }

  /** Does what a user may do to everything that is there, and lets everything run that can run. */
  async poke(): Promise<void> {
    for (const element of this.place.querySelectorAll('*')) {
      for (const type of ['click', 'error', 'load', 'mouseover', 'focus', 'toggle', 'animationstart']) {
        element.dispatchEvent(new this.window.Event(type, { bubbles: true, cancelable: true }));
      }
    }
    await new Promise((resolve) => this.window.setTimeout(resolve, 0));
  }
}

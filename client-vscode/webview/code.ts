/** What can be done with a code block. */
export type CodeAction = 'copy' | 'insert' | 'apply';

const ACTIONS: readonly (readonly [CodeAction, string, string])[] = [
  ['copy', 'Copy', 'Copy this code'],
  ['insert', 'Insert', 'Insert this code at the cursor'],
  ['apply', 'Apply…', 'Show what this code changes in the file, as a diff'],
];

/** Makes the code blocks and links below `place`, fresh from Markdown, into something to work with. */
export function decorate(place: HTMLElement): void {
  place.querySelectorAll('a').forEach(guardLink);
  for (const pre of place.querySelectorAll('pre')) {
    const code = pre.querySelector('code');
    if (code === null || pre.parentElement?.classList.contains('code') === true) {
      continue;
    }
    const frame = element(place, 'div', 'code');
    const bar = element(place, 'div', 'code-bar');
    const language = code.className.replace(/^language-/, '');
    const name = element(place, 'span', 'code-language', language);
    bar.append(name, ...ACTIONS.map(([action, label, title]) => button(place, action, label, title)));
    // Long lines scroll sideways, which a keyboard can do only in something that takes the focus.
    pre.tabIndex = 0;
    pre.setAttribute('role', 'region');
    pre.setAttribute('aria-label', `Code${language && `, ${language}`}`);
    pre.replaceWith(frame);
    frame.append(bar, pre);
  }
}

/** The action of a button that was pressed, and the code it is about; undefined if it is no such button. */
export function pressed(target: Element): { readonly action: CodeAction; readonly text: string } | undefined {
  const found = target.closest<HTMLElement>('.code-bar button');
  const action = ACTIONS.find(([name]) => name === found?.dataset['action'])?.[0];
  const text = found?.closest('.code')?.querySelector('code')?.textContent;
  return action === undefined || text == null ? undefined : { action, text };
}

/** The address of a link that was pressed; undefined if it is no link. */
export function followed(target: Element): string | undefined {
  return target.closest<HTMLElement>('[data-link]')?.dataset['link'];
}

/**
 * The editor would open a link at once, and an address can carry away what the model was shown. So it becomes something
 * that leads nowhere by itself, and the user is asked.
 */
function guardLink(link: HTMLAnchorElement): void {
  const guarded = element(link, 'span', 'link');
  guarded.setAttribute('role', 'link');
  guarded.tabIndex = 0;
  guarded.dataset['link'] = link.getAttribute('href') ?? '';
  guarded.title = guarded.dataset['link'];
  guarded.append(...link.childNodes);
  link.replaceWith(guarded);
}

function button(place: HTMLElement, action: CodeAction, label: string, title: string): HTMLElement {
  const made = element(place, 'button', 'quiet', label) as HTMLButtonElement;
  made.type = 'button';
  made.dataset['action'] = action;
  made.title = title;
  return made;
}

function element(place: HTMLElement, name: string, className: string, text = ''): HTMLElement {
  const made = place.ownerDocument.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** What an element is made with. */
export interface Look {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element. Text is text: nothing here reads HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  look: Look = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  const own = { ...(look.class && { class: look.class }), ...(look.title && { title: look.title }) };
  for (const [attribute, value] of Object.entries({ ...own, ...look.attributes })) {
    made.setAttribute(attribute, value);
  }
  made.append(...(look.text === undefined ? [] : [look.text]), ...children);
  return made;
}

/** A new button. */
export function button(label: string, look: Look, press: () => void): HTMLButtonElement {
  const made = make('button', { ...look, text: label });
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

/** Text in which what stands between backticks is code. */
export function coded(text: string): (Node | string)[] {
  const parts = text.split('`');
  // A backtick without its fellow is one.
  return parts.length % 2 === 0
    ? [text]
    : parts.map((part, at) => (at % 2 === 0 ? part : make('code', { text: part })));
}

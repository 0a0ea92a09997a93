/**
 * Draws anew and gives the focus back to the control of the same `data-key`. If that is gone (a button that was pressed
 * became another one) the first control of its row gets it, so that a keyboard user does not start from the top.
 */
export function keepingFocus(page: Document, draw: () => void): void {
  const active = page.activeElement;
  const key = active?.getAttribute('data-key');
  const row = active?.closest('[data-model]')?.getAttribute('data-model');
  draw();
  if (key === null || key === undefined) {
    return;
  }
  const same = find(page, 'data-key', key);
  const near = row === null || row === undefined ? undefined : find(page, 'data-model', row);
  (same ?? near?.querySelector<HTMLElement>('[data-key]'))?.focus();
}

function find(page: Document, attribute: string, value: string): HTMLElement | undefined {
  return [...page.querySelectorAll<HTMLElement>(`[${attribute}]`)].find(
    (each) => each.getAttribute(attribute) === value,
  );
}

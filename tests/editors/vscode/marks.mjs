// What is drawn between a document's own text.
import assert from 'node:assert/strict';

/** Functions that look at what is drawn in the first editor of a window. */
export function watchMarks(workbench) {
  const lines = workbench.page.locator('.editor-instance .view-lines').first();

  /** What is drawn in the lines with a text. It stands in pseudo-elements, which no locator sees. */
  const marks = (within = '') =>
    lines.evaluate((element, text) => {
      const top = (each) => each.getBoundingClientRect().top;
      return [...element.querySelectorAll('.view-line')]
        .sort((one, other) => top(one) - top(other))
        .filter((line) => line.textContent.replace(/\u00a0/g, ' ').includes(text))
        .flatMap((line) => [...line.querySelectorAll('span')])
        .flatMap((span) => [getComputedStyle(span, '::before').content, getComputedStyle(span, '::after').content])
        .filter((content) => content !== 'none' && content !== 'normal')
        .join('\n')
        .replace(/\u00a0/g, ' ');
    }, within);

  /** Waits for marks in the lines with this text: those of the last offer may still be there, in another line. */
  async function until(what, holds, within = '') {
    for (let tries = 0; tries < 150; tries += 1) {
      if (holds(await marks(within))) {
        return;
      }
      await workbench.page.waitForTimeout(100);
    }
    await workbench.shot('next-edit-missing');
    assert.fail(`${what} did not come: ${await marks()}`);
  }

  /** What is drawn can be told from its ground: a theme need not have the colour that is asked for. */
  async function readable() {
    const ratios = await lines.evaluate((element) => {
      const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
      const on = ([red, green, blue, alpha = 1], ground) =>
        [red, green, blue].map((each, at) => each * alpha + ground[at] * (1 - alpha));
      const light = (colour) => {
        const parts = colour.map((each) => each / 255);
        const [r, g, b] = parts.map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const editor = numbers(getComputedStyle(element.closest('.monaco-editor')).backgroundColor);
      const drawn = [...element.querySelectorAll('span')].flatMap((span) =>
        ['::before', '::after'].map((each) => getComputedStyle(span, each)).filter(({ content }) => content.includes('"')),
      );
      return drawn.map(({ content, color, backgroundColor }) => {
        const ground = on(numbers(backgroundColor), editor);
        const [one, other] = [light(on(numbers(color), ground)), light(ground)].sort((a, b) => b - a);
        return [content, (one + 0.05) / (other + 0.05), color];
      });
    });
    assert.ok(ratios.length >= 1, 'nothing is drawn');
    assert.deepEqual(
      ratios.filter(([, ratio]) => ratio < 3),
      [],
    );
  }

  return { marks, until, readable };
}

import { expect, test } from 'vitest';

import { Answer } from '../answer';
import { pressed } from '../code';
import { Page } from './page';

const TEXT = [
  '# Title',
  'A paragraph with *words*, `code` and a [link](https://example.org).\nIts second line.',
  '- one\n- two\n\n  still two\n- three',
  '```python\ndef f(a):\n    return a\n\n\nprint(f(1))\n```',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '> quoted\n> more',
  'The end, with ***both*** and a rule:\n\n---',
  '~~~\nopen to the end\n',
].join('\n\n');

function whole(text: string): string {
  const page = new Page();
  new Answer(page.place, page.markdown()).append(text);
  return page.place.innerHTML;
}

test('an answer that came letter by letter looks like one that came at once', () => {
  const page = new Page();
  const answer = new Answer(page.place, page.markdown());
  for (const letter of TEXT) {
    answer.append(letter);
  }
  expect(page.place.innerHTML).toBe(whole(TEXT));
});

test('pieces of any size make the same page', () => {
  for (const size of [2, 3, 7, 20, 61]) {
    const page = new Page();
    const answer = new Answer(page.place, page.markdown());
    for (let at = 0; at < TEXT.length; at += size) {
      answer.append(TEXT.slice(at, at + size));
    }
    expect(page.place.innerHTML, `pieces of ${size}`).toBe(whole(TEXT));
  }
});

test('blocks that are done are not drawn again', () => {
  const page = new Page();
  const answer = new Answer(page.place, page.markdown());
  answer.append('First.\n\nSecond.\n\nThird');
  answer.append('.\n');
  const first = page.place.querySelector('p');
  answer.append('And more.\n\n```js\nlet a = 1;\n');
  expect(page.place.querySelector('p')).toBe(first);
  expect(page.place.querySelectorAll('.block').length).toBe(4);
});

test('the work of a long answer grows with its length, not with its square', () => {
  const page = new Page();
  const markdown = page.markdown();
  let parsed = 0;
  const blocks = markdown.blocks.bind(markdown);
  markdown.blocks = (text) => {
    parsed += text.length;
    return blocks(text);
  };
  const answer = new Answer(page.place, markdown);
  const paragraph = 'Some forty characters of a plain answer.\n\n';
  const pieces = 2000;
  for (let piece = 0; piece < pieces; piece += 1) {
    answer.append(paragraph);
  }
  expect(parsed).toBeLessThan(pieces * paragraph.length * 10);
});

test('a long open code block is only added to', () => {
  const page = new Page();
  const markdown = page.markdown();
  let drawn = 0;
  const render = markdown.render.bind(markdown);
  markdown.render = (text) => {
    drawn += text.length;
    return render(text);
  };
  const answer = new Answer(page.place, markdown);
  answer.append('Here:\n\n```python\n');
  const line = 'value = compute(value)\n';
  for (let count = 0; count < 1000; count += 1) {
    answer.append(line);
  }
  const open = drawn;
  expect(page.place.querySelector('code')?.textContent).toBe(line.repeat(1000));
  expect(open).toBeLessThan(6000 * 300);
  answer.append('```\n\nDone.');
  expect(page.place.querySelector('code')?.textContent).toBe(line.repeat(1000));
  expect(page.place.querySelector('p:last-of-type')?.textContent).toBe('Here:');
  expect(page.place.textContent.trim()).toMatch(/Done\.$/);
});

test('an open code block is coloured when the answer ends in it', () => {
  const page = new Page();
  const answer = new Answer(page.place, page.markdown());
  answer.append(`\`\`\`python\n${'x = 12345\n'.repeat(900)}`);
  answer.append('y = 1\n');
  expect(page.place.querySelector('.hljs-number')).toBeNull();
  answer.finish();
  expect(page.place.querySelector('.hljs-number')).not.toBeNull();
  expect(page.place.querySelector('code')?.textContent ?? '').toMatch(/y = 1\n$/);
});

test('buttons of a code block know its text', () => {
  const page = new Page();
  new Answer(page.place, page.markdown()).append('```html\n<b>&amp;</b>\n```');
  const found = [...page.place.querySelectorAll('button')].map(pressed);
  expect(found).toStrictEqual([
    { action: 'copy', text: '<b>&amp;</b>\n' },
    { action: 'insert', text: '<b>&amp;</b>\n' },
    { action: 'apply', text: '<b>&amp;</b>\n' },
  ]);
  expect(page.place.querySelector('.code-language')?.textContent).toBe('html');
});

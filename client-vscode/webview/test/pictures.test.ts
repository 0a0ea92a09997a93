import { beforeEach, expect, test } from 'vitest';

import { Pictures, shown } from '../pictures';
import { sizeOf } from '../shrink';
import { Page } from './page';

let page: Page, pictures: Pictures, list: HTMLElement, attach: HTMLElement, note: HTMLElement;

beforeEach(() => {
  page = new Page();
  Object.assign(globalThis, { document: page.window.document });
  Object.assign(URL, { createObjectURL: () => 'blob:made-here', revokeObjectURL: () => undefined });
  [list, attach, note] = ['ul', 'button', 'p'].map((name) =>
    page.place.appendChild(page.window.document.createElement(name)),
  ) as [HTMLElement, HTMLElement, HTMLElement];
  pictures = new Pictures(list, attach, note, async (blob) => {
    const data = await blob.text();
    if (data === 'broken') {
      throw new Error('no picture');
    }
    return { kind: 'image/png', data };
  });
});

const file = (name: string, content = 'QUJD', type = 'image/png') => new File([content], name, { type });
const names = () => [...list.querySelectorAll('img')].map(({ alt }) => alt);

test('pictures are shown, taken away and sent', async () => {
  expect(await pictures.add([file('a.png'), file('notes.txt', 'x', 'text/plain'), file('b.png')])).toBe(true);
  expect(names()).toStrictEqual(['a.png', 'b.png']);
  expect(list.querySelector('img')?.src).toBe('blob:made-here');
  list.querySelector('button')?.click();
  expect(names()).toStrictEqual(['b.png']);
  expect(pictures.take()).toStrictEqual([{ kind: 'image/png', data: 'QUJD', name: 'b.png' }]);
  expect([names(), list.hidden, pictures.take()]).toStrictEqual([[], true, []]);
});

test('what is no picture is left to others', async () => {
  expect(await pictures.add([file('notes.txt', 'x', 'text/plain')])).toBe(false);
  expect(note.hidden).toBe(true);
});

test('what cannot be read, is too large or too many is said', async () => {
  await pictures.add([file('x.png', 'broken')]);
  expect(note.textContent).toBe('x.png cannot be read as a picture.');
  const large = file('large.png');
  Object.defineProperty(large, 'size', { value: 31e6 });
  await pictures.add([large]);
  expect(note.textContent).toMatch(/large.png is too large/);
  await pictures.add([1, 2, 3, 4, 5].map((each) => file(`${each}.png`)));
  expect(names()).toStrictEqual(['1.png', '2.png', '3.png', '4.png']);
  expect(note.textContent).toMatch(/At most 4/);
});

test('a model that does not see takes none, and says why', async () => {
  pictures.setSight({ able: false, reason: 'It reads text.' });
  expect(attach.getAttribute('aria-disabled')).toBe('true');
  expect(attach.title).toBe('It reads text.');
  expect(await pictures.add([file('a.png')])).toBe(true);
  expect([names(), note.textContent, note.hidden]).toStrictEqual([[], 'It reads text.', false]);
  pictures.setSight({ able: true, reason: '' });
  await pictures.add([file('a.png')]);
  expect([names(), note.hidden, attach.getAttribute('aria-disabled')]).toStrictEqual([
    ['a.png'],
    true,
    'false',
  ]);
});

test('what is still being read is waited for', async () => {
  const [one, two] = [pictures.add([file('a.png')]), pictures.add([file('b.png')])];
  expect(pictures.pending).not.toBe(undefined);
  await Promise.all([one, two]);
  expect(pictures.pending).toBeUndefined();
  expect(names()).toStrictEqual(['a.png', 'b.png']);
});

test('a hostile name is a name', () => {
  const image = shown({ kind: 'text/html', data: 'QUJD', name: '"><script>ran.push(1)</script>' });
  page.place.append(image);
  expect(image.alt).toBe('"><script>ran.push(1)</script>');
  expect(page.ran).toStrictEqual([]);
});

test('large pictures become smaller, small ones stay', () => {
  expect(sizeOf(3136, 100)).toStrictEqual({ width: 1568, height: 50 });
  expect(sizeOf(100, 6272)).toStrictEqual({ width: 25, height: 1568 });
  expect(sizeOf(640, 480)).toStrictEqual({ width: 640, height: 480 });
  expect(sizeOf(100_000, 1)).toStrictEqual({ width: 1568, height: 1 });
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

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
  assert.equal(
    await pictures.add([file('a.png'), file('notes.txt', 'x', 'text/plain'), file('b.png')]),
    true,
  );
  assert.deepEqual(names(), ['a.png', 'b.png']);
  assert.equal(list.querySelector('img')?.src, 'blob:made-here');
  list.querySelector('button')?.click();
  assert.deepEqual(names(), ['b.png']);
  assert.deepEqual(pictures.take(), [{ kind: 'image/png', data: 'QUJD', name: 'b.png' }]);
  assert.deepEqual([names(), list.hidden, pictures.take()], [[], true, []]);
});

test('what is no picture is left to others', async () => {
  assert.equal(await pictures.add([file('notes.txt', 'x', 'text/plain')]), false);
  assert.equal(note.hidden, true);
});

test('what cannot be read, is too large or too many is said', async () => {
  await pictures.add([file('x.png', 'broken')]);
  assert.equal(note.textContent, 'x.png cannot be read as a picture.');
  const large = file('large.png');
  Object.defineProperty(large, 'size', { value: 31e6 });
  await pictures.add([large]);
  assert.match(note.textContent, /large.png is too large/);
  await pictures.add([1, 2, 3, 4, 5].map((each) => file(`${each}.png`)));
  assert.deepEqual(names(), ['1.png', '2.png', '3.png', '4.png']);
  assert.match(note.textContent, /At most 4/);
});

test('a model that does not see takes none, and says why', async () => {
  pictures.setSight({ able: false, reason: 'It reads text.' });
  assert.equal(attach.getAttribute('aria-disabled'), 'true');
  assert.equal(attach.title, 'It reads text.');
  assert.equal(await pictures.add([file('a.png')]), true);
  assert.deepEqual([names(), note.textContent, note.hidden], [[], 'It reads text.', false]);
  pictures.setSight({ able: true, reason: '' });
  await pictures.add([file('a.png')]);
  assert.deepEqual([names(), note.hidden, attach.getAttribute('aria-disabled')], [['a.png'], true, 'false']);
});

test('what is still being read is waited for', async () => {
  const [one, two] = [pictures.add([file('a.png')]), pictures.add([file('b.png')])];
  assert.notEqual(pictures.pending, undefined);
  await Promise.all([one, two]);
  assert.equal(pictures.pending, undefined);
  assert.deepEqual(names(), ['a.png', 'b.png']);
});

test('a hostile name is a name', () => {
  const image = shown({ kind: 'text/html', data: 'QUJD', name: '"><script>ran.push(1)</script>' });
  page.place.append(image);
  assert.equal(image.alt, '"><script>ran.push(1)</script>');
  assert.deepEqual(page.ran, []);
});

test('large pictures become smaller, small ones stay', () => {
  assert.deepEqual(sizeOf(3136, 100), { width: 1568, height: 50 });
  assert.deepEqual(sizeOf(100, 6272), { width: 25, height: 1568 });
  assert.deepEqual(sizeOf(640, 480), { width: 640, height: 480 });
  assert.deepEqual(sizeOf(100_000, 1), { width: 1568, height: 1 });
});

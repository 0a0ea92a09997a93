// Edits of several lines, as a next-edit model predicts them: how they are drawn, made, taken back, dismissed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startEditor } from './editor.mjs';
import { watchMarks } from './marks.mjs';
import { startModel } from './model.mjs';
import { openWorkbench } from './workbench.mjs';

const SHOP = `LIMIT = 10


def price(items):
    total = 0
    for item in items:
        total += item.price
    return total


def worth(items):
    most = max(items)
    return most


def show(items):
    print("debug", items)

    print("debug", len(items))
    for item in items:
        print(item.name, item.price)
    print(price(items))
`;
const FILLER = Array.from({ length: 60 }, (_, number) => `LEVEL_${number} = ${number}\n`).join('');
const GUARD = ['    if len(items) > LIMIT:\n', '        raise ValueError("too many items")\n'];
const INSERTED = { from: '    total = 0\n', to: `    total = 0\n${GUARD.join('')}` };
const MORE = {
  from: '    most = max(items)\n    return most\n',
  to: '    most = LIMIT\n    for item in items:\n        most = max(most, item.price)\n    return most or None\n',
};
const TALL = {
  from: '\n\ndef worth(items):\n',
  to: `

def tax(items, rate):
    """What is due of all that is sold, at a rate between 0 and 1."""
    rate = min(rate, 1)
    due = 0
    for item in items:
        if not item.free:
            due += item.price * rate
    return round(due, 2)


def worth(items):
`,
};
/** By file: what the model makes of it. */
const CASES = {
  paired: {
    from: '        total += item.price\n    return total\n',
    to: '        total += min(item.price, LIMIT)\n    return round(total, 2)\n',
  },
  more: MORE,
  inserted: INSERTED,
  removed: { from: '    print("debug", items)\n\n    print("debug", len(items))\n', to: '' },
  end: {
    from: '    print(price(items))\n',
    to: '    total = price(items)\n    if total > LIMIT:\n        print("too much:", total)\n    print(total)\n',
  },
  tabs: { ...Object.fromEntries(Object.entries(INSERTED).map(([key, text]) => [key, tabbed(text)])), text: tabbed(SHOP) },
  folded: INSERTED,
  unfolded: MORE,
  tall: { ...TALL, text: SHOP.replace('    return total\n', () => `    return total  # ${'of all that was put in, '.repeat(3)}\n`) },
  low: { ...TALL, text: FILLER + SHOP + FILLER },
  tiny: {
    text: 'LIMIT = 10\nNAMES = []\nprint(LIMIT)\n',
    from: 'NAMES = []\n',
    to: 'NAMES = []\nFIRST = 1\nSECOND = 2\nTHIRD = 3\nFOURTH = 4\nFIFTH = 5\nSIXTH = 6\n',
  },
};
let editor, workbench, page, model, lines, marks, until, readable;

function tabbed(text) {
  return text.replace(/ {4}/g, '\t');
}

const textOf = (name) => CASES[name].text ?? SHOP;
const made = (name) => edited(name).replace(CASES[name].from, () => CASES[name].to);

/** Before which line, counted from one, the model changes something. */
const lineOf = (name) => textOf(name).split(CASES[name].from)[0].split('\n').length;

/** A file as it is when the model is asked. */
function edited(name) {
  const rows = textOf(name).split('\n');
  rows[lineOf(name) - 2] += '  # x';
  return rows.join('\n');
}

before(async () => {
  model = await startModel();
  model.continues = (prompt) => {
    const [, path, current] = /<\|file_sep\|>current\/(\w+)\.py\n([^]*)<\|file_sep\|>updated\//.exec(prompt) ?? [];
    const { from, to } = CASES[path] ?? {};
    // Where it has made its edit it expects no other.
    return current && `\n${from ? current.replace(from, () => to) : current}`;
  };
  const files = Object.fromEntries(Object.keys(CASES).map((name) => [`${name}.py`, textOf(name)]));
  const settings = { ...model.settings, 'hearth.models.nextEdit': 'openai:sweep-next-edit-1.5b', 'hearth.index.enabled': false };
  editor = await startEditor({ name: 'next-model', files, settings });
  workbench = await openWorkbench(editor, 'next-model');
  page = workbench.page;
  lines = page.locator('.editor-instance .view-lines').first();
  ({ marks, until, readable } = watchMarks(workbench));
  await workbench.status.locator('.codicon-flame').waitFor();
});

after(async () => {
  await workbench?.close();
  await editor?.stop();
  model?.stop();
});

const key = (name) => page.keyboard.press(name);
const cursor = (line, column) => page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).first().waitFor();
const none = () => until('nothing', (text) => text === '');

/** Opens a file and edits the line above what the model changes. */
async function predict(name) {
  await workbench.open(`${name}.py`);
  await workbench.goTo(lineOf(name) - 1);
  await page.keyboard.type('  # x', { delay: 30 });
  await until('the offer', (text) => text.includes('⇥ Tab'));
}

/** Left and right edges of the rows of a block, in pixels, with the text of each row's line. */
const rows = () =>
  lines.evaluate((element) => {
    const found = [...element.querySelectorAll('.view-line')].flatMap((line) =>
      [...line.querySelectorAll('span')].flatMap((span) => {
        const style = getComputedStyle(span, '::after');
        const isRow = style.content.includes('"') && style.display === 'inline-block' && !/, 0\)$/.test(style.backgroundColor);
        const { left, right, top, height } = span.getBoundingClientRect();
        const line = span.closest('.view-line').textContent.replace(/\u00a0/g, ' ');
        return isRow ? [{ left: left + parseFloat(style.marginLeft), right, top, height, line }] : [];
      }),
    );
    return found.sort((one, other) => one.top - other.top);
  });

/** The rows of a block stand one below the other, beside lines that begin so, and no line reaches into them. */
async function aligned(...beside) {
  const found = await rows();
  assert.deepEqual(found.map(({ line }, number) => line.startsWith(beside[number] ?? '?')), beside.map(() => true));
  for (const { left, right } of found) {
    assert.ok(Math.abs(left - found[0].left) < 0.5 && Math.abs(right - found[0].right) < 0.5, JSON.stringify(found));
  }
}

test('lines that become as many others have their marks each in itself, and one step makes them all', async () => {
  await predict('paired');
  assert.equal(await marks('total +='), '"min("\n", LIMIT)"');
  assert.equal(await marks('return total'), '"round("\n", 2)"\n"⇥ Tab"');
  await workbench.shots('next-model-paired', undefined, readable);
  await key('Tab');
  await key('Tab');
  await none();
  await cursor(8, 27);
  assert.equal(await workbench.saved('paired.py'), made('paired'));
  await key('Control+z');
  assert.equal(await workbench.saved('paired.py'), edited('paired'));
});

test('two lines that become four are struck through beside those that come', async () => {
  await predict('more');
  await workbench.shots('next-model-more', undefined, readable);
  await aligned('    most = max', '    return most', '', '');
  assert.equal(await marks('most = max'), '"    most = LIMIT"\n"⇥ Tab"');
  assert.equal(await marks('return most'), '"    for item in items:"');
  assert.match(await marks(), /"        most = max\(most, item.price\)"\n"    return most or None"$/);
  await key('Escape');
  await none();
  assert.equal(await workbench.saved('more.py'), edited('more'));
});

test('lines that come between others are drawn below a line, and the cursor goes behind them', async () => {
  await predict('inserted');
  await workbench.shots('next-model-inserted', undefined, readable);
  await aligned('    for item', '        total +=');
  assert.equal(await marks('for item in items'), '"    if len(items) > LIMIT:"\n"⇥ Tab"');
  await key('Tab');
  await cursor(6, 1);
  await key('Tab');
  await none();
  await cursor(7, 43);
  assert.equal(await workbench.saved('inserted.py'), made('inserted'));
  await key('Control+z');
  assert.equal(await workbench.saved('inserted.py'), edited('inserted'));
});

test('lines that go are struck through, and the cursor stays where the next key goes on', async () => {
  await predict('removed');
  await workbench.shots('next-model-removed', undefined, readable);
  assert.deepEqual(await rows(), []);
  assert.equal(await marks(), '"⏎"\n"⇥ Tab"');
  await key('Tab');
  await key('Tab');
  await none();
  await cursor(16, 22);
  assert.equal(await workbench.saved('removed.py'), made('removed'));
});

test('at the end of a document the lines that come begin further up', async () => {
  await predict('end');
  await workbench.shots('next-model-end', undefined, readable);
  await aligned('    for item', '        print(item', '    print(price', '');
  await key('Tab');
  await key('Tab');
  await none();
  assert.equal(await workbench.saved('end.py'), made('end'));
});

test('beside lines with tabs they stand as straight', async () => {
  await predict('tabs');
  await workbench.shot('next-model-tabs');
  await aligned('    for item', '        total +=');
});

test('a line in a fold hides none of them', async () => {
  await workbench.open('folded.py');
  await workbench.goTo(6);
  await key('Control+Shift+BracketLeft');
  await page.locator('.codicon-folding-collapsed').first().waitFor();
  await predict('folded');
  await workbench.shot('next-model-folded');
  await aligned('    for item', '    return total');
  assert.match(await marks('return total'), /raise ValueError/);
  await workbench.command('Unfold All');
  await until('the next line', (text) => text.includes('raise ValueError'), 'total += item.price');
  await aligned('    for item', '        total +=');
});

test('a fold over what changes is opened before it is made', async () => {
  await workbench.open('unfolded.py');
  await workbench.goTo(11);
  await key('Control+Shift+BracketLeft');
  await page.locator('.codicon-folding-collapsed').first().waitFor();
  await predict('unfolded');
  await workbench.shot('next-model-unfolded');
  await key('Tab');
  await until('the place', (text) => text.includes('most = LIMIT'), 'most = max');
  assert.equal(await workbench.saved('unfolded.py'), edited('unfolded'));
  await key('Tab');
  await none();
  assert.equal(await workbench.saved('unfolded.py'), made('unfolded'));
});

test('many lines are drawn beside those that leave room for them', async () => {
  await predict('tall');
  await workbench.shots('next-model-tall', undefined, readable);
  const found = await rows();
  assert.equal(found.length, 10);
  assert.deepEqual(found.filter(({ line }) => line.includes('return total')), []);
  await key('Tab');
  await key('Tab');
  await none();
  assert.equal(await workbench.saved('tall.py'), made('tall'));
});

test('what is below the screen is shown before it is made', async () => {
  await predict('low');
  // The editor itself centres a place that is as near to the edge of the screen as some lines.
  const last = 'return round(due, 2)';
  for (let tries = 0; tries < 60 && (await marks()).includes(last); tries += 1) {
    await key('Control+ArrowUp');
    await page.waitForTimeout(50);
  }
  await until('the offer', (text) => text.includes('⇥ Tab') && !text.includes(last));
  await workbench.shot('next-model-low');
  await key('Tab');
  await until('the whole', (text) => text.includes(last));
  assert.equal(await workbench.saved('low.py'), edited('low'));
  await key('Tab');
  await none();
  assert.equal(await workbench.saved('low.py'), made('low'));
});

test('what there is no room for is told', async () => {
  await predict('tiny');
  await workbench.shot('next-model-tiny');
  assert.match(await marks(), /"FOURTH = 4 … \+2 lines"/);
  const [{ left, top, height }] = await rows();
  await page.mouse.move(left + 20, top + height / 2);
  await page.locator('.monaco-hover', { hasText: 'SIXTH' }).first().waitFor();
});

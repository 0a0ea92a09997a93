import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { FromOverview, State } from '../../src/overview/messages';
import type { DoctorFinding, IndexProgressParams, ModelEntry, ModelsListResult } from '../../src/protocol';
import { coded, make } from '../dom';
import { HealthView, summaryOf } from '../overview/health';
import { actionsOf, IndexView } from '../overview/index';
import { keepingFocus } from '../overview/focus';
import { ModelsView } from '../overview/models';
import { bytes, progressText, speedOf } from '../overview/numbers';
import { Page } from './page';

const MODEL: ModelEntry = {
  name: 'coder',
  title: 'Coder 7B',
  installed: false,
  installing: false,
  uses: ['completion', 'chat'],
  chosen: [],
  recommended: ['chat'],
  about: 'Good answers.',
  sizeBytes: 4_683_073_536,
  memoryBytes: 5_600_000_000,
  fit: 'fits',
  tokensPerSecond: 3.84,
  measured: false,
  parameters: 7615,
  context: 32_768,
  quantization: 'Q4_K_M',
  licence: 'Apache-2.0',
  host: 'example.org',
  path: '',
  problem: '',
  removable: false,
};
const HERE: ModelEntry = {
  ...MODEL,
  name: 'here',
  title: 'Here',
  installed: true,
  removable: true,
  chosen: ['chat'],
};

const REST = { index: null, indexText: '', health: null, healthProblem: '', looking: false };

let page: Page, view: ModelsView, sent: FromOverview[];

beforeEach(() => {
  page = new Page();
  Object.assign(globalThis, { document: page.window.document });
  sent = [];
  view = new ModelsView(page.place, (message) => sent.push(message));
});

function listOf(...models: ModelEntry[]): ModelsListResult {
  const [memoryBytes, freeMemoryBytes, freeDiskBytes] = [16e9, 10e9, 100e9];
  return { models, folder: '/m', cores: 8, memoryBytes, freeMemoryBytes, freeDiskBytes, others: [] };
}

function state(changes: Partial<State> = {}): State {
  return { models: listOf(HERE, MODEL), modelsProblem: '', installing: {}, failed: {}, ...REST, ...changes };
}

const textOf = (name: string) => row(name)?.textContent ?? '';
const row = (name: string) => page.place.querySelector<HTMLElement>(`[data-model="${name}"]`);
const press = (name: string, label: string) => {
  const found = [...(row(name)?.querySelectorAll('button') ?? [])].find((each) => each.textContent === label);
  assert.ok(found, `${label} is not there`);
  found.click();
};

test('a model that could be installed says what it would be here', () => {
  view.show(state());
  const text = textOf('coder');
  for (const fact of [
    '4.7 GB to download',
    '5.6 GB of memory',
    'about 3.8 tokens/s here',
    'Apache-2.0',
    '7.6 B parameters, Q4_K_M',
    'recommended for chat',
    'from example.org',
  ]) {
    assert.ok(text.includes(fact), `${fact} is not in ${text}`);
  }
  press('coder', 'Install');
  assert.deepEqual(sent, [{ type: 'install', name: 'coder' }]);
});

test('an installed one can be used for what it is not used for yet, and removed', () => {
  view.show(state());
  assert.ok(textOf('here').includes('✓ chat'));
  press('here', 'Use for completions');
  press('here', 'Remove…');
  assert.deepEqual(sent, [
    { type: 'choose', name: 'here', use: 'completion' },
    { type: 'remove', name: 'here' },
  ]);
  assert.equal(textOf('here').includes('Use for chat'), false);
});

test('an installation moves without being drawn anew, and can be cancelled', () => {
  view.show(state({ installing: { coder: { progress: null } } }));
  const bar = row('coder')?.querySelector('progress');
  assert.equal(bar?.hasAttribute('value'), false);
  view.progress({
    name: 'coder',
    message: 'Downloading',
    doneBytes: 1e9,
    totalBytes: 4e9,
    bytesPerSecond: 1e8,
  });
  view.progress({ name: 'nobody', message: '', doneBytes: 0, totalBytes: 0, bytesPerSecond: 0 });
  assert.equal(bar.getAttribute('value'), '0.25');
  assert.ok(textOf('coder').includes('Downloading · 1.0 GB of 4.0 GB · 100 MB/s · 30 s left'));
  press('coder', 'Cancel');
  assert.deepEqual(sent, [{ type: 'cancel', name: 'coder' }]);
});

test('a failure is an alert with a way on', () => {
  view.show(state({ failed: { coder: 'Is this machine online?' } }));
  assert.equal(
    row('coder')?.querySelector('[role=alert]')?.firstChild?.textContent,
    'Is this machine online?',
  );
  press('coder', 'Try Again');
  press('coder', 'Dismiss');
  assert.deepEqual(sent, [
    { type: 'install', name: 'coder' },
    { type: 'dismiss', name: 'coder' },
  ]);
});

test('what does not fit says so', () => {
  const models = listOf(
    { ...MODEL, fit: 'tooLarge', memoryBytes: 22e9 },
    { ...MODEL, name: 'tight', fit: 'tight' },
  );
  view.show(state({ models }));
  assert.ok(textOf('coder').includes('it needs 22 GB, and this machine has 16 GB'));
  assert.ok(textOf('tight').includes('Memory is tight'));
});

test('names from files and the catalogue are text', async () => {
  const name = '"><img src=x onerror="ran.push(1)">';
  const hostile = { ...MODEL, name, title: name, about: name, licence: name, problem: name, host: name };
  view.show(state({ models: listOf(hostile, { ...hostile, installed: true }), failed: { [name]: name } }));
  await page.poke();
  assert.deepEqual([page.ran, page.fetched], [[], []]);
  assert.equal(page.place.querySelector('img'), null);
});

test('without an answer of the server there is a way on', () => {
  view.show(state({ models: null }));
  assert.ok(page.place.textContent.includes('Looking…'));
  view.show(state({ models: null, modelsProblem: 'The server is not running.' }));
  page.place.querySelector('button')?.click();
  assert.deepEqual(sent, [{ type: 'refresh' }]);
});

test('the focus stays where it was, or in its row', () => {
  const { document } = page.window;
  const focused = () => document.activeElement?.getAttribute('data-key');
  view.show(state());
  row('here')?.querySelector<HTMLElement>('[data-key="remove here"]')?.focus();
  keepingFocus(document, () => {
    view.show(state());
  });
  assert.equal(focused(), 'remove here');
  row('coder')?.querySelector('button')?.focus();
  keepingFocus(document, () => {
    view.show(state({ installing: { coder: { progress: null } } }));
  });
  assert.equal(focused(), 'cancel coder');
});

test('numbers are written as people write them', () => {
  assert.deepEqual(
    [bytes(0), bytes(84e6), bytes(1.65e9), bytes(18.6e9)],
    ['0 MB', '84 MB', '1.6 GB', '19 GB'],
  );
  assert.equal(speedOf({ ...MODEL, measured: true, tokensPerSecond: 31.4 }), '31 tokens/s, measured here');
  assert.equal(speedOf({ ...MODEL, tokensPerSecond: null }), '');
  assert.equal(progressText(null), 'Starting');
  const checking = { name: 'a', message: 'Checking', doneBytes: 5, totalBytes: 5, bytesPerSecond: 0 };
  assert.equal(progressText({ ...checking, doneBytes: 0, totalBytes: 0 }), 'Checking');
});

const INDEX: IndexProgressParams = {
  phase: 'reading',
  filesDone: 3,
  filesTotal: 12,
  chunksDone: 0,
  chunksTotal: 0,
  secondsLeft: null,
  message: '',
};
const labels = () => [...page.place.querySelectorAll('button')].map((each) => each.textContent);

test('the index is shown with what can be done about it', () => {
  const index = new IndexView(page.place, (message) => sent.push(message));
  index.show(state({ index: INDEX, indexText: '3 of 12 files read.' }));
  assert.equal(page.place.querySelector('progress')?.getAttribute('value'), '0.25');
  assert.deepEqual(labels(), ['Pause', 'Look for Changes', 'Rebuild…']);
  page.place.querySelectorAll('button').forEach((each) => {
    each.click();
  });
  assert.deepEqual(
    sent.map((each) => each.type === 'index' && each.action),
    ['pause', 'refresh', 'rebuild'],
  );
  index.show(state({ index: { ...INDEX, phase: 'failed' }, indexText: 'The disk is full.' }));
  assert.equal(page.place.querySelector('[role=alert]')?.textContent, 'The disk is full.');
  assert.equal(actionsOf({ ...INDEX, phase: 'paused' })[0]?.[0], 'resume');
  assert.deepEqual(actionsOf({ ...INDEX, phase: 'off' }), []);
});

test('each finding has a button for what mends it', () => {
  const fix = { title: 'Stop It', kind: 'server', argument: 'stop:1' } as const;
  const findings: DoctorFinding[] = [
    { section: 'Machine', level: 'ok', text: '2 cores', hint: '', fix: null },
    { section: 'Engine', level: 'warn', text: 'does not answer <b>', hint: 'hearth engine stop', fix },
  ];
  const health = new HealthView(page.place, (message) => sent.push(message));
  health.show(state({ health: { findings } }));
  assert.deepEqual(labels(), ['Look Again', 'Stop It']);
  assert.ok(page.place.textContent.includes('1 warning.'));
  assert.ok(page.place.textContent.includes('Warning: Engine does not answer <b>'));
  page.place.querySelectorAll('button')[1]?.click();
  assert.deepEqual(sent, [{ type: 'fix', fix }]);
  health.show(state({ healthProblem: 'No server.', looking: true }));
  assert.equal(page.place.querySelector('[role=alert]')?.textContent, 'No server.');
  assert.equal(make('p', {}, ...coded('a `b` c')).innerHTML, 'a <code>b</code> c');
  assert.deepEqual(coded('a ` c'), ['a ` c']);
  assert.equal(summaryOf([]), 'Everything is in order.');
  const bad = { ...findings[1], level: 'fail' } as DoctorFinding;
  assert.equal(summaryOf([...findings, bad, bad]), '2 things are broken, 1 warning.');
});

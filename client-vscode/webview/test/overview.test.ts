import { assert, beforeEach, expect, test } from 'vitest';

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
  assert(found, `${label} is not there`);
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
    expect(text).toContain(fact);
  }
  press('coder', 'Install');
  expect(sent).toStrictEqual([{ type: 'install', name: 'coder' }]);
});

test('an installed one can be used for what it is not used for yet, and removed', () => {
  view.show(state());
  expect(textOf('here')).toContain('✓ chat');
  press('here', 'Use for completions');
  press('here', 'Remove…');
  expect(sent).toStrictEqual([
    { type: 'choose', name: 'here', use: 'completion' },
    { type: 'remove', name: 'here' },
  ]);
  expect(textOf('here')).not.toContain('Use for chat');
});

test('an installation moves without being drawn anew, and can be cancelled', () => {
  view.show(state({ installing: { coder: { progress: null } } }));
  const bar = row('coder')?.querySelector('progress');
  expect(bar?.hasAttribute('value')).toBe(false);
  view.progress({
    name: 'coder',
    message: 'Downloading',
    doneBytes: 1e9,
    totalBytes: 4e9,
    bytesPerSecond: 1e8,
  });
  view.progress({ name: 'nobody', message: '', doneBytes: 0, totalBytes: 0, bytesPerSecond: 0 });
  expect(bar?.getAttribute('value')).toBe('0.25');
  expect(textOf('coder')).toContain('Downloading · 1.0 GB of 4.0 GB · 100 MB/s · 30 s left');
  press('coder', 'Cancel');
  expect(sent).toStrictEqual([{ type: 'cancel', name: 'coder' }]);
});

test('a failure is an alert with a way on', () => {
  view.show(state({ failed: { coder: 'Is this machine online?' } }));
  expect(row('coder')?.querySelector('[role=alert]')?.firstChild?.textContent).toBe(
    'Is this machine online?',
  );
  press('coder', 'Try Again');
  press('coder', 'Dismiss');
  expect(sent).toStrictEqual([
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
  expect(textOf('coder')).toContain('it needs 22 GB, and this machine has 16 GB');
  expect(textOf('tight')).toContain('Memory is tight');
});

test('names from files and the catalogue are text', async () => {
  const name = '"><img src=x onerror="ran.push(1)">';
  const hostile = { ...MODEL, name, title: name, about: name, licence: name, problem: name, host: name };
  view.show(state({ models: listOf(hostile, { ...hostile, installed: true }), failed: { [name]: name } }));
  await page.poke();
  expect([page.ran, page.fetched]).toStrictEqual([[], []]);
  expect(page.place.querySelector('img')).toBeNull();
});

test('without an answer of the server there is a way on', () => {
  view.show(state({ models: null }));
  expect(page.place.textContent).toContain('Looking…');
  view.show(state({ models: null, modelsProblem: 'The server is not running.' }));
  page.place.querySelector('button')?.click();
  expect(sent).toStrictEqual([{ type: 'refresh' }]);
});

test('the focus stays where it was, or in its row', () => {
  const { document } = page.window;
  const focused = () => document.activeElement?.getAttribute('data-key');
  view.show(state());
  row('here')?.querySelector<HTMLElement>('[data-key="remove here"]')?.focus();
  keepingFocus(document, () => {
    view.show(state());
  });
  expect(focused()).toBe('remove here');
  row('coder')?.querySelector('button')?.focus();
  keepingFocus(document, () => {
    view.show(state({ installing: { coder: { progress: null } } }));
  });
  expect(focused()).toBe('cancel coder');
});

test('numbers are written as people write them', () => {
  expect([bytes(0), bytes(84e6), bytes(1.65e9), bytes(18.6e9)]).toStrictEqual([
    '0 MB',
    '84 MB',
    '1.6 GB',
    '19 GB',
  ]);
  expect(speedOf({ ...MODEL, measured: true, tokensPerSecond: 31.4 })).toBe('31 tokens/s, measured here');
  expect(speedOf({ ...MODEL, tokensPerSecond: null })).toBe('');
  expect(progressText(null)).toBe('Starting');
  const checking = { name: 'a', message: 'Checking', doneBytes: 5, totalBytes: 5, bytesPerSecond: 0 };
  expect(progressText({ ...checking, doneBytes: 0, totalBytes: 0 })).toBe('Checking');
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
  expect(page.place.querySelector('progress')?.getAttribute('value')).toBe('0.25');
  expect(labels()).toStrictEqual(['Pause', 'Look for Changes', 'Rebuild…']);
  page.place.querySelectorAll('button').forEach((each) => {
    each.click();
  });
  expect(sent.map((each) => each.type === 'index' && each.action)).toStrictEqual([
    'pause',
    'refresh',
    'rebuild',
  ]);
  index.show(state({ index: { ...INDEX, phase: 'failed' }, indexText: 'The disk is full.' }));
  expect(page.place.querySelector('[role=alert]')?.textContent).toBe('The disk is full.');
  expect(actionsOf({ ...INDEX, phase: 'paused' })[0]?.[0]).toBe('resume');
  expect(actionsOf({ ...INDEX, phase: 'off' })).toStrictEqual([]);
});

test('each finding has a button for what mends it', () => {
  const fix = { title: 'Stop It', kind: 'server', argument: 'stop:1' } as const;
  const findings: DoctorFinding[] = [
    { section: 'Machine', level: 'ok', text: '2 cores', hint: '', fix: null },
    { section: 'Engine', level: 'warn', text: 'does not answer <b>', hint: 'hearth engine stop', fix },
  ];
  const health = new HealthView(page.place, (message) => sent.push(message));
  health.show(state({ health: { findings } }));
  expect(labels()).toStrictEqual(['Look Again', 'Stop It']);
  expect(page.place.textContent).toContain('1 warning.');
  expect(page.place.textContent).toContain('Warning: Engine does not answer <b>');
  page.place.querySelectorAll('button')[1]?.click();
  expect(sent).toStrictEqual([{ type: 'fix', fix }]);
  health.show(state({ healthProblem: 'No server.', looking: true }));
  expect(page.place.querySelector('[role=alert]')?.textContent).toBe('No server.');
  expect(make('p', {}, ...coded('a `b` c')).innerHTML).toBe('a <code>b</code> c');
  expect(coded('a ` c')).toStrictEqual(['a ` c']);
  expect(summaryOf([])).toBe('Everything is in order.');
  const bad = { ...findings[1], level: 'fail' } as DoctorFinding;
  expect(summaryOf([...findings, bad, bad])).toBe('2 things are broken, 1 warning.');
});

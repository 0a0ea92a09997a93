import { expect, test } from 'vitest';

import type { ModelEntry, ModelsInstallResult, ModelsListResult, ModelUse } from '../src/protocol';
import { keyOf } from '../src/options';
import { Shelf } from '../src/overview/shelf';

function entry(name: string, changes: Partial<ModelEntry> = {}): ModelEntry {
  return {
    name,
    title: name.toUpperCase(),
    installed: false,
    installing: false,
    uses: ['completion', 'chat'],
    chosen: [],
    recommended: [],
    about: '',
    sizeBytes: 1,
    memoryBytes: 1,
    fit: 'fits',
    tokensPerSecond: null,
    measured: false,
    parameters: 1,
    context: 1,
    quantization: '',
    licence: '',
    host: 'example.org',
    path: '',
    problem: '',
    removable: false,
    ...changes,
  };
}

const LIST: ModelsListResult = {
  models: [entry('a'), entry('b')],
  folder: '/models',
  cores: 2,
  memoryBytes: 2,
  freeMemoryBytes: 1,
  freeDiskBytes: 1,
  others: [],
};

interface End {
  readonly done: (result: ModelsInstallResult) => void;
  readonly fail: (error: Error) => void;
}

/** A shelf with a server that does what it is told to. */
function setUp() {
  const ends: End[] = [];
  const calls: string[] = [];
  const said: string[] = [];
  const refuse = { list: false, choose: false };
  const shelf = new Shelf({
    list: () => (refuse.list ? Promise.reject(new Error('no server')) : Promise.resolve(LIST)),
    install: (name) => {
      calls.push(`install ${name}`);
      const result = new Promise<ModelsInstallResult>((done, fail) => {
        ends.push({ done, fail });
      });
      return {
        result,
        stop: () => {
          calls.push(`stop ${name}`);
        },
      };
    },
    remove: (name) => {
      calls.push(`remove ${name}`);
      return Promise.resolve({ path: '/m', settings: [{ name: 'models.chat', value: 'embedded' }] });
    },
    choose: (name: string, use: ModelUse) =>
      refuse.choose
        ? Promise.reject(new Error('not for that'))
        : Promise.resolve({ settings: [{ name: `models.${use}`, value: `embedded:${name}` }] }),
    set: ({ name, value }) => {
      calls.push(`${name} = ${value}`);
      return Promise.resolve();
    },
    explain: (error) => (error instanceof Error ? error.message : ''),
    changed: () => undefined,
    say: (text) => said.push(text),
  });
  return { shelf, ends, calls, said, refuse };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test('an installation goes on while it is told of, and ends', async () => {
  const { shelf, ends, said } = setUp();
  await shelf.refresh();
  const installing = shelf.install('a');
  await soon();
  const progress = { name: 'a', message: 'Downloading', doneBytes: 1, totalBytes: 2, bytesPerSecond: 1 };
  expect(shelf.take(progress)).toBe(true);
  expect(shelf.take({ ...progress, name: 'of another window' })).toBe(false);
  expect(shelf.installing).toStrictEqual({ a: { progress } });
  ends[0]?.done({ message: 'Installed' });
  await installing;
  expect(shelf.installing).toStrictEqual({});
  expect(said).toStrictEqual(['Installing A', 'Installed']);
});

test('what fails says why and can be tried again', async () => {
  const { shelf, ends, calls } = setUp();
  const first = shelf.install('a');
  await soon();
  ends[0]?.fail(new Error('Is this machine online?'));
  await first;
  expect(shelf.failed).toStrictEqual({ a: 'Is this machine online?' });
  const second = shelf.install('a');
  expect(shelf.failed).toStrictEqual({});
  await soon();
  ends[1]?.done({ message: 'Installed' });
  await second;
  expect(calls).toStrictEqual(['install a', 'install a']);
});

test('one that is cancelled is no failure, and the next one waits until it has ended', async () => {
  const { shelf, ends, calls } = setUp();
  const first = shelf.install('a');
  await soon();
  shelf.cancel('a');
  shelf.cancel('a');
  expect(shelf.installing).toStrictEqual({});
  const second = shelf.install('a');
  await soon();
  expect(calls).toStrictEqual(['install a', 'stop a']);
  ends[0]?.fail(new Error('cancelled'));
  await first;
  await soon();
  expect(calls).toStrictEqual(['install a', 'stop a', 'install a']);
  expect(shelf.failed).toStrictEqual({});
  ends[1]?.done({ message: 'Installed' });
  await second;
});

test('the same model is not installed twice at once', async () => {
  const { shelf, calls } = setUp();
  void shelf.install('a');
  await shelf.install('a');
  await soon();
  expect(calls).toStrictEqual(['install a']);
});

test('choosing writes the settings that the server names', async () => {
  const { shelf, calls, refuse } = setUp();
  await shelf.choose('a', 'chat');
  expect(calls).toStrictEqual(['models.chat = embedded:a']);
  refuse.choose = true;
  await shelf.choose('b', 'chat');
  expect(shelf.failed).toStrictEqual({ b: 'not for that' });
  shelf.dismiss('b');
  expect(shelf.failed).toStrictEqual({});
});

test('a model that was in use is removed from the settings, too', async () => {
  const { shelf, calls } = setUp();
  await shelf.remove('a');
  expect(calls).toStrictEqual(['remove a', 'models.chat = embedded']);
});

test('a server that is away is told, and what was known stays', async () => {
  const { shelf, refuse } = setUp();
  await shelf.refresh();
  refuse.list = true;
  await shelf.refresh();
  expect(shelf.problem).toBe('no server');
  expect(shelf.models).toBe(LIST);
  refuse.list = false;
  await shelf.refresh();
  expect(shelf.problem).toBe('');
});

test('names of settings are those of the editor', () => {
  expect(keyOf('models.chat')).toBe('models.chat');
  expect(keyOf('index.max_file_kb')).toBe('index.maxFileKb');
});

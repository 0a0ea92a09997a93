import { expect, test } from 'vitest';

import type { IndexProgressParams, StatusResult } from '../src/protocol';
import { face, failure, indexLine } from '../src/words';

const STATUS: StatusResult = {
  state: 'ready',
  message: 'Ready.',
  hint: '',
  completionModel: 'hearth-tiny',
  chatModel: '',
  tokensPerSecond: 41.6,
  version: '0.1.0',
  chatImages: null,
  chatImagesHint: '',
  code: '',
};
test('a ready server', () => {
  expect(face(STATUS)).toStrictEqual({
    text: '$(flame) Hearth',
    tooltip: 'Ready.\n\nCompletions: hearth-tiny\n\nLast answer: 42 tokens/s\n\nHearth 0.1.0',
    alarm: false,
  });
});

test('an error raises an alarm and says what to do', () => {
  const { text, tooltip, alarm } = face({
    ...STATUS,
    state: 'error',
    message: 'No model.',
    hint: 'Get one.',
  });
  expect(text).toBe('$(warning) Hearth');
  expect(tooltip).toMatch(/^No model\.\n\nGet one\./);
  expect(alarm).toBe(true);
});

test('a server that is not there', () => {
  expect(face({ state: 'down', message: 'Gone.' })).toStrictEqual({
    text: '$(circle-slash) Hearth',
    tooltip: 'Gone.',
    alarm: true,
  });
  expect(face({ state: 'connecting', message: 'Soon.' }).alarm).toBe(false);
});

const INDEX: IndexProgressParams = {
  phase: 'reading',
  filesDone: 30,
  filesTotal: 120,
  chunksDone: 0,
  chunksTotal: 0,
  secondsLeft: 90,
  message: '',
};

test('the index shows how far it is, and only while it works', () => {
  const { text, tooltip } = face(STATUS, INDEX);
  expect(text).toBe('$(flame) Hearth $(database) 25%');
  expect(tooltip).toMatch(/Index: 30 of 120 files read, 2 min left\./);
  expect(face(STATUS, { ...INDEX, phase: 'idle' }).text).toBe('$(flame) Hearth');
  expect(indexLine({ ...INDEX, phase: 'paused', message: 'On battery.' })).toBe('Index: paused. On battery.');
  expect(indexLine({ ...INDEX, phase: 'embedding', chunksDone: 1, chunksTotal: 3, secondsLeft: null })).toBe(
    'Index: 1 of 3 pieces embedded.',
  );
});

test('snoozed suggestions are seen, and for how long', () => {
  const { text, tooltip } = face(STATUS, undefined, 61_000);
  expect(text).toBe('$(bell-slash) Hearth');
  expect(tooltip).toMatch(/snoozed for 2 min/);
});

test('what the server says cannot become a link or an icon', () => {
  const { tooltip } = face({ ...STATUS, message: '[x](command:evil) $(flame) <img src=x>' });
  expect(tooltip).toMatch(/^\\\[x\\\]\(command:evil\) \\\$\(flame\) \\<img src=x\\>/);
});

test('a failure brings its hint if it is one of ours', () => {
  expect(failure('No.', { code: 'model_not_found', hint: 'Get one.' })).toBe('No. Get one.');
  for (const data of [undefined, null, 'text', {}, { code: 1, hint: 'x' }, { code: 'x', hint: '' }]) {
    expect(failure('No.', data)).toBe('No.');
  }
});

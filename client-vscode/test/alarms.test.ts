import { expect, test } from 'vitest';

import { Alarms } from '../src/alarms';
import type { StatusResult } from '../src/protocol';

const STATUS: StatusResult = {
  state: 'error',
  message: 'There is no model file a.gguf.',
  hint: 'Choose another.',
  code: 'model_not_found',
  completionModel: '',
  chatModel: '',
  tokensPerSecond: null,
  version: '1',
  chatImages: null,
  chatImagesHint: '',
};

test('an error that lasts is told once, with what leads on', () => {
  const alarms = new Alarms();
  expect(alarms.of(STATUS)).toStrictEqual({
    message: 'There is no model file a.gguf. Choose another.',
    remedies: ['models', 'log'],
  });
  expect(alarms.of({ ...STATUS, state: 'busy', code: '' })).toBeUndefined();
  expect(alarms.of(STATUS)).toBeUndefined();
  expect(alarms.of({ ...STATUS, message: 'Out of memory.', hint: '' })?.message).toBe('Out of memory.');
});

test('it is told again after all was well, and by another server', () => {
  const alarms = new Alarms();
  alarms.of(STATUS);
  alarms.of({ ...STATUS, state: 'ready', code: '' });
  expect(alarms.of(STATUS)).toBeDefined();
  alarms.forget();
  expect(alarms.of(STATUS)).toBeDefined();
});

test('what passes, and what an answer told already, is not told', () => {
  const alarms = new Alarms();
  expect(alarms.of({ ...STATUS, code: 'timeout' })).toBeUndefined();
  expect(alarms.of({ ...STATUS, code: '' })).toBeUndefined();
});

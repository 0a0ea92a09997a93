import assert from 'node:assert/strict';
import { test } from 'node:test';

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
};
test('a ready server', () => {
  assert.deepEqual(face(STATUS), {
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
  assert.equal(text, '$(warning) Hearth');
  assert.match(tooltip, /^No model\.\n\nGet one\./);
  assert.equal(alarm, true);
});

test('a server that is not there', () => {
  assert.deepEqual(face({ state: 'down', message: 'Gone.' }), {
    text: '$(circle-slash) Hearth',
    tooltip: 'Gone.',
    alarm: true,
  });
  assert.equal(face({ state: 'connecting', message: 'Soon.' }).alarm, false);
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
  assert.equal(text, '$(flame) Hearth $(database) 25%');
  assert.match(tooltip, /Index: 30 of 120 files read, 2 min left\./);
  assert.equal(face(STATUS, { ...INDEX, phase: 'idle' }).text, '$(flame) Hearth');
  assert.equal(
    indexLine({ ...INDEX, phase: 'paused', message: 'On battery.' }),
    'Index: paused. On battery.',
  );
  assert.equal(
    indexLine({ ...INDEX, phase: 'embedding', chunksDone: 1, chunksTotal: 3, secondsLeft: null }),
    'Index: 1 of 3 pieces embedded.',
  );
});

test('snoozed suggestions are seen, and for how long', () => {
  const { text, tooltip } = face(STATUS, undefined, 61_000);
  assert.equal(text, '$(bell-slash) Hearth');
  assert.match(tooltip, /snoozed for 2 min/);
});

test('what the server says cannot become a link or an icon', () => {
  const { tooltip } = face({ ...STATUS, message: '[x](command:evil) $(flame) <img src=x>' });
  assert.match(tooltip, /^\\\[x\\\]\(command:evil\) \\\$\(flame\) \\<img src=x\\>/);
});

test('a failure brings its hint if it is one of ours', () => {
  assert.equal(failure('No.', { code: 'model_not_found', hint: 'Get one.' }), 'No. Get one.');
  for (const data of [undefined, null, 'text', {}, { code: 1, hint: 'x' }, { code: 'x', hint: '' }]) {
    assert.equal(failure('No.', data), 'No.');
  }
});

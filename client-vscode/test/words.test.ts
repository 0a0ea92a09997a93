import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ChatAskResult, StatusResult } from '../src/protocol';
import { face, failure, footer, sourcesLine } from '../src/words';

const STATUS: StatusResult = {
  state: 'ready',
  message: 'Ready.',
  hint: '',
  completionModel: 'hearth-tiny',
  chatModel: '',
  tokensPerSecond: 41.6,
  version: '0.1.0',
};
const RESULT: ChatAskResult = {
  text: 'x',
  reason: 'stop',
  model: 'hearth-tiny',
  usage: { promptTokens: 1, cachedTokens: 0, completionTokens: 2, promptMs: null, completionMs: null },
  tokensPerSecond: 9.25,
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

test('what the server says cannot become a link or an icon', () => {
  const { tooltip } = face({ ...STATUS, message: '[x](command:evil) $(flame) <img src=x>' });
  assert.match(tooltip, /^\\\[x\\\]\(command:evil\) \\\$\(flame\) \\<img src=x\\>/);
});

test('sources are links, counted from one', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const line = sourcesLine([{ uri: 'file:///a%20b(1).py', range, title: 'a b.py' }], ['c.py is a secret.']);
  assert.equal(line, '*Read: [a b.py:1–10](file:///a%20b%281%29.py#L1)*\n\n*c.py is a secret.*\n\n');
  assert.equal(sourcesLine([], []), '');
});

test('the footer names model and speed, and says when the answer was cut off', () => {
  assert.equal(footer(RESULT), '\n\n---\n\n*hearth-tiny · 9.3 tokens/s*\n');
  const cut = footer({ ...RESULT, reason: 'length', tokensPerSecond: null });
  assert.equal(cut, '\n\n---\n\n*hearth-tiny · cut off at the limit*\n');
});

test('a failure brings its hint if it is one of ours', () => {
  assert.equal(failure('No.', { code: 'model_not_found', hint: 'Get one.' }), 'No. Get one.');
  for (const data of [undefined, null, 'text', {}, { code: 1, hint: 'x' }, { code: 'x', hint: '' }]) {
    assert.equal(failure('No.', data), 'No.');
  }
});

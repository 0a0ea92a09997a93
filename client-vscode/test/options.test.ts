import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chosen, type Inspected } from '../src/options';

function of(values: Record<string, Inspected>) {
  return chosen(Object.keys(values), (key) => values[key]);
}

test('defaults are not sent', () => {
  assert.deepEqual(of({ 'hearth.completion.maxTokens': {} }), {});
  assert.deepEqual(
    chosen(['hearth.chat.maxTokens'], () => undefined),
    {},
  );
});

test('choices are nested as the server reads them', () => {
  const options = of({
    'hearth.completion.maxTokens': { globalValue: 64 },
    'hearth.completion.enabled': { globalValue: false },
    'hearth.engine.model': { globalValue: '/m.gguf' },
  });
  assert.deepEqual(options, { completion: { maxTokens: 64, enabled: false }, engine: { model: '/m.gguf' } });
});

test('the narrower place wins', () => {
  const options = of({
    'hearth.chat.maxTokens': { globalValue: 1, workspaceValue: 2 },
    'hearth.completion.maxTokens': { globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 },
  });
  assert.deepEqual(options, { chat: { maxTokens: 2 }, completion: { maxTokens: 3 } });
});

test('what only the client reads stays with the client', () => {
  assert.deepEqual(of({ 'hearth.server.path': { globalValue: '/x' } }), {});
  assert.deepEqual(of({ 'hearth.client.previewEdits': { globalValue: false } }), {});
});

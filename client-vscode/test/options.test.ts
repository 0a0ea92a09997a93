import { expect, test } from 'vitest';

import { chosen, type Inspected } from '../src/options';

function of(values: Record<string, Inspected>) {
  return chosen(Object.keys(values), (key) => values[key]);
}

test('defaults are not sent', () => {
  expect(of({ 'hearth.completion.maxTokens': {} })).toStrictEqual({});
  expect(chosen(['hearth.chat.maxTokens'], () => undefined)).toStrictEqual({});
});

test('choices are nested as the server reads them', () => {
  const options = of({
    'hearth.completion.maxTokens': { globalValue: 64 },
    'hearth.completion.enabled': { globalValue: false },
    'hearth.engine.model': { globalValue: '/m.gguf' },
  });
  expect(options).toStrictEqual({
    completion: { maxTokens: 64, enabled: false },
    engine: { model: '/m.gguf' },
  });
});

test('the narrower place wins', () => {
  const options = of({
    'hearth.chat.maxTokens': { globalValue: 1, workspaceValue: 2 },
    'hearth.completion.maxTokens': { globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 },
  });
  expect(options).toStrictEqual({ chat: { maxTokens: 2 }, completion: { maxTokens: 3 } });
});

test('what only the client reads stays with the client', () => {
  expect(of({ 'hearth.server.path': { globalValue: '/x' } })).toStrictEqual({});
  expect(of({ 'hearth.client.previewEdits': { globalValue: false } })).toStrictEqual({});
});

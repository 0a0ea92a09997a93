import { expect, test } from 'vitest';

import manifest from '../package.json';
import { ServerDown } from '../src/health';
import { isRemedy, REMEDIES, remediesFor } from '../src/remedies';

test('each error leads on, and to the log in any case', () => {
  expect(remediesFor('engine_memory')).toStrictEqual(['models', 'log']);
  expect(remediesFor('engine_start')).toStrictEqual(['doctor', 'log']);
  expect(remediesFor('settings')).toStrictEqual(['settings', 'log']);
  expect(remediesFor('never heard of')).toStrictEqual(['log']);
  expect(new ServerDown().name).toBe('ServerDown');
});

test('what leads on is a command that there is', () => {
  const own = new Set(manifest.contributes.commands.map(({ command }) => command));
  for (const { command } of Object.values(REMEDIES)) {
    expect(own.has(command) || command.startsWith('workbench.')).toBeDefined();
  }
  expect(isRemedy('models')).toBe(true);
  expect(isRemedy('toString')).toBe(false);
});

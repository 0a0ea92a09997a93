import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { here, locate, ServerMissing, type Surroundings } from '../src/locate';

function around(programs: string[], changes: Partial<Surroundings> = {}): Surroundings {
  const isProgram = (file: string) => Promise.resolve(programs.includes(file));
  return {
    setting: '',
    python: undefined,
    path: '/a:/b',
    home: '/me',
    windows: false,
    isProgram,
    ...changes,
  };
}

test('the first on the PATH', async () => {
  assert.deepEqual(await locate(around(['/b/hearth'])), { command: '/b/hearth', origin: 'path' });
  assert.deepEqual(await locate(around(['/a/hearth', '/b/hearth'])), {
    command: '/a/hearth',
    origin: 'path',
  });
  assert.deepEqual(await locate(around(['/a/hearth.exe'], { windows: true })), {
    command: '/a/hearth.exe',
    origin: 'path',
  });
});

test('the setting wins, and a tilde is the home folder', async () => {
  const mine = '/me/bin/hearth';
  const found = await locate(around([mine, '/a/hearth'], { setting: '~/bin/hearth' }));
  assert.deepEqual(found, { command: mine, origin: 'setting' });
});

test('the selected Python environment goes before the PATH, named by its interpreter or its folder', async () => {
  const theirs = '/env/bin/hearth';
  for (const python of ['/env/bin/python', '/env']) {
    const found = await locate(around([theirs, '/a/hearth'], { python }));
    assert.deepEqual(found, { command: theirs, origin: 'environment' });
  }
  assert.equal((await locate(around(['/a/hearth'], { python: '/env' }))).origin, 'path');
  assert.equal((await locate(around(['bin/hearth', '/a/hearth'], { python: 'bin/python' }))).origin, 'path');
});

test('where pipx and uv put programs is the last resort', async () => {
  const theirs = '/me/.local/bin/hearth';
  assert.deepEqual(await locate(around([theirs])), { command: theirs, origin: 'home' });
  assert.equal((await locate(around([theirs, '/b/hearth']))).command, '/b/hearth');
  assert.equal((await locate(around([theirs], { path: '/me/.local/bin' }))).origin, 'path');
});

test('a folder of the workspace on the PATH is not searched', async () => {
  const isProgram = (file: string) => Promise.resolve(!file.startsWith('/me/'));
  await assert.rejects(locate(around([], { path: '.::bin', isProgram })), ServerMissing);
});

test('a wrong setting is named, and nothing else is started in its place', async () => {
  await assert.rejects(
    locate(around(['/a/hearth'], { setting: '/x/hearth' })),
    /names \/x\/hearth, which is not/,
  );
  await assert.rejects(
    locate(around(['hearth'], { setting: 'hearth' })),
    /must be an absolute path, not hearth/,
  );
});

test('nothing found says what to do', async () => {
  await assert.rejects(locate(around([])), /not on the PATH\. Install it, or say where it is\./);
});

test('a program is a file that may be executed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-'));
  try {
    const file = join(folder, 'hearth');
    await writeFile(file, '#!/bin/sh\n');
    await assert.rejects(locate(here(file, undefined)), ServerMissing);
    await chmod(file, 0o755);
    assert.equal((await locate(here(` ${file} `, undefined))).command, file);
    await assert.rejects(locate(here(folder, undefined)), ServerMissing);
  } finally {
    await rm(folder, { recursive: true });
  }
});

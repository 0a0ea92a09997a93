import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

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
  expect(await locate(around(['/b/hearth']))).toStrictEqual({ command: '/b/hearth', origin: 'path' });
  expect(await locate(around(['/a/hearth', '/b/hearth']))).toStrictEqual({
    command: '/a/hearth',
    origin: 'path',
  });
  expect(await locate(around(['/a/hearth.exe'], { windows: true }))).toStrictEqual({
    command: '/a/hearth.exe',
    origin: 'path',
  });
});

test('the setting wins, and a tilde is the home folder', async () => {
  const mine = '/me/bin/hearth';
  const found = await locate(around([mine, '/a/hearth'], { setting: '~/bin/hearth' }));
  expect(found).toStrictEqual({ command: mine, origin: 'setting' });
});

test('the selected Python environment goes before the PATH, named by its interpreter or its folder', async () => {
  const theirs = '/env/bin/hearth';
  for (const python of ['/env/bin/python', '/env']) {
    const found = await locate(around([theirs, '/a/hearth'], { python }));
    expect(found).toStrictEqual({ command: theirs, origin: 'environment' });
  }
  expect((await locate(around(['/a/hearth'], { python: '/env' }))).origin).toBe('path');
  expect((await locate(around(['bin/hearth', '/a/hearth'], { python: 'bin/python' }))).origin).toBe('path');
});

test('where pipx and uv put programs is the last resort', async () => {
  const theirs = '/me/.local/bin/hearth';
  expect(await locate(around([theirs]))).toStrictEqual({ command: theirs, origin: 'home' });
  expect((await locate(around([theirs, '/b/hearth']))).command).toBe('/b/hearth');
  expect((await locate(around([theirs], { path: '/me/.local/bin' }))).origin).toBe('path');
});

test('a folder of the workspace on the PATH is not searched', async () => {
  const isProgram = (file: string) => Promise.resolve(!file.startsWith('/me/'));
  await expect(locate(around([], { path: '.::bin', isProgram }))).rejects.toThrow(ServerMissing);
});

test('a wrong setting is named, and nothing else is started in its place', async () => {
  await expect(locate(around(['/a/hearth'], { setting: '/x/hearth' }))).rejects.toThrow(
    /names \/x\/hearth, which is not/,
  );
  await expect(locate(around(['hearth'], { setting: 'hearth' }))).rejects.toThrow(
    /must be an absolute path, not hearth/,
  );
});

test('nothing found says what to do', async () => {
  await expect(locate(around([]))).rejects.toThrow(/not on the PATH\. Install it, or say where it is\./);
});

test('a program is a file that may be executed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-'));
  try {
    const file = join(folder, 'hearth');
    await writeFile(file, '#!/bin/sh\n');
    await expect(locate(here(file, undefined))).rejects.toThrow(ServerMissing);
    await chmod(file, 0o755);
    expect((await locate(here(` ${file} `, undefined))).command).toBe(file);
    await expect(locate(here(folder, undefined))).rejects.toThrow(ServerMissing);
  } finally {
    await rm(folder, { recursive: true });
  }
});

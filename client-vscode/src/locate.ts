import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** What finding the server depends on; tests bring their own. */
export interface Surroundings {
  /** The setting `hearth.server.path`; empty to look on the PATH. */
  readonly setting: string;
  /** Interpreter or folder of the selected Python environment; undefined for none. */
  readonly python: string | undefined;
  readonly path: string;
  readonly home: string;
  readonly windows: boolean;
  readonly isProgram: (file: string) => Promise<boolean>;
}

/** A program that starts the server, and where it was found. */
export interface Found {
  readonly command: string;
  readonly origin: 'setting' | 'environment' | 'path' | 'home';
}

/** No server; the message says what to do. */
export class ServerMissing extends Error {
  override readonly name = 'ServerMissing';
}

/**
 * Finds the program `hearth`: the setting if there is one, else in the selected Python environment, else the first on
 * the PATH, else where pipx and uv put programs, which a desktop session does not always have on its PATH.
 *
 * Folders on the PATH that are not absolute are left out: they would be looked up in the workspace, whose files are
 * not the user's own.
 */
export async function locate(around: Surroundings): Promise<Found> {
  if (around.setting !== '') {
    const command = around.setting.replace(/^~(?=[/\\])/, around.home);
    if (!isAbsolute(command)) {
      throw new ServerMissing(`"hearth.server.path" must be an absolute path, not ${around.setting}.`);
    }
    if (!(await around.isProgram(command))) {
      throw new ServerMissing(`"hearth.server.path" names ${command}, which is not a program.`);
    }
    return { command, origin: 'setting' };
  }
  const name = around.windows ? 'hearth.exe' : 'hearth';
  for (const folder of programsOf(around.python)) {
    const command = join(folder, name);
    if (await around.isProgram(command)) {
      return { command, origin: 'environment' };
    }
  }
  const folders = around.path.split(delimiter).filter(isAbsolute);
  for (const folder of [...folders, join(around.home, '.local', 'bin')]) {
    const command = join(folder, name);
    if (await around.isProgram(command)) {
      return { command, origin: folders.includes(folder) ? 'path' : 'home' };
    }
  }
  throw new ServerMissing(
    'Hearth is not installed, or its program "hearth" is not on the PATH. Install it, or say where it is.',
  );
}

/** The first of these programs that is on the PATH; undefined if none is. */
export async function firstProgram<N extends string>(names: readonly N[]): Promise<N | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  for (const name of names) {
    const found = await Promise.all(folders.map((folder) => isProgram(join(folder, name))));
    if (found.includes(true)) {
      return name;
    }
  }
  return undefined;
}

/** Where an environment keeps programs, given its interpreter or its folder. */
function programsOf(python: string | undefined): string[] {
  return python === undefined || !isAbsolute(python)
    ? []
    : [dirname(python), join(python, 'bin'), join(python, 'Scripts')];
}

/** The surroundings of this machine. */
export function here(setting: string, python: string | undefined): Surroundings {
  return {
    setting: setting.trim(),
    python,
    path: process.env['PATH'] ?? '',
    home: homedir(),
    windows: process.platform === 'win32',
    isProgram,
  };
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

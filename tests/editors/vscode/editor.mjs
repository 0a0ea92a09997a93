// A real VS Code (code-server) with the extension installed, in a fresh home, on a workspace of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const { HEARTH_VSCODE_TOOLS: TOOLS, HEARTH_VSCODE_OUT: OUT, HEARTH_PROGRAM: PROGRAM } = process.env;
const CODE_SERVER = join(TOOLS, 'node_modules/.bin/code-server');

// What keeps the screen quiet, and one run from seeing what another left.
const QUIET = {
  'chat.disableAIFeatures': true,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Starts the editor's server. `files` are the workspace's, by path; `settings` are the machine's and `user` the user's;
 * `beside` are folders with extensions that are installed, too.
 */
export async function startEditor({ name, files, settings = {}, user: chosenByUser = {}, program = PROGRAM, beside = [] }) {
  const home = await mkdtemp(join(tmpdir(), 'hearth-vscode-'));
  const [user, extensions, workspace] = ['user', 'extensions', 'workspace'].map((each) => join(home, each));
  const write = (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [path, text] of Object.entries(files)) {
    write(join(workspace, path), text);
  }
  const json = (value) => JSON.stringify(value, null, 2);
  write(join(user, 'User/settings.json'), json({ ...QUIET, ...chosenByUser }));
  // A setting of a machine is read from here, because the extension does not run where the window is.
  let own = {};
  const machine = (changes) => {
    own = { ...own, ...changes };
    write(join(user, 'Machine/settings.json'), json(own));
  };
  // However slow this machine is: what cannot be shown in time is left out otherwise, which is another test's matter.
  machine({ 'hearth.server.path': program, 'hearth.completion.latencyMs': 20000, ...settings });
  let chosen = {};

  const environment = Object.entries(process.env).filter(([key]) => !/^HEARTH_/.test(key));
  const env = {
    ...Object.fromEntries(environment),
    HOME: home,
    HEARTH_HOME: join(home, 'hearth'),
    // No gallery: nothing outside this machine is asked for anything.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  const places = ['--user-data-dir', user, '--extensions-dir', extensions];
  const packages = [join(OUT, 'hearth.vsix'), ...(await Promise.all(beside.map(packaged)))];
  await promisify(execFile)(CODE_SERVER, [...places, ...packages.flatMap((each) => ['--install-extension', each])], { env });

  const port = await freePort();
  const options = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'];
  const log = openSync(join(OUT, `${name}.code-server.log`), 'w');
  const server = spawn(CODE_SERVER, [...options, ...places, workspace], { env, stdio: ['ignore', log, log] });
  const ended = once(server, 'exit');
  await answers(`http://127.0.0.1:${port}/healthz`, server);

  return {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`,
    home,
    workspace,
    machine,
    /** Changes settings while the editor runs: the workspace's, whose file it watches. */
    configure(changes) {
      chosen = { ...chosen, ...changes };
      write(join(workspace, '.vscode/settings.json'), json(chosen));
    },
    /** Ends the editor's server and the engine that it started. */
    async stop() {
      server.kill('SIGTERM');
      await ended;
      // A window that was just loaded may have begun one that its server did not know of when it ended.
      for (const host of processes(home, '--type=extensionHost')) {
        process.kill(host, 'SIGKILL');
      }
      await promisify(execFile)(PROGRAM, ['engine', 'stop'], { env }).catch(() => undefined);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** The extension in a folder, as a file that can be installed. */
async function packaged(folder) {
  const file = join(OUT, `${basename(folder)}.vsix`);
  const options = ['--no-dependencies', '--skip-license', '--allow-missing-repository', '--out', file];
  await promisify(execFile)(join(TOOLS, 'node_modules/.bin/vsce'), ['package', ...options], { cwd: folder });
  return file;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(url, server) {
  for (;;) {
    if (server.exitCode !== null) {
      throw new Error(`code-server ended with ${server.exitCode} before it answered`);
    }
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Processes whose home is `home` and whose command line has this word. */
export function processes(home, word) {
  const found = readdirSync('/proc').filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words.includes(word) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`);
    } catch {
      return false;
    }
  });
  return found.map(Number);
}

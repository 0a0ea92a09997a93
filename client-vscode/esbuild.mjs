// Bundles the extension (`dist/extension.js`), its pages (`dist/panel.js` for the chat, `dist/overview.js`, and their
// styles), or with `--tests` each test (`dist/test/*.test.js`).
import { readdirSync } from 'node:fs';
import { context } from 'esbuild';

const flags = new Set(process.argv.slice(2));
const watching = flags.has('--watch');
const common = { bundle: true, sourcemap: true, logLevel: 'warning' };
const node = { ...common, format: 'cjs', platform: 'node', target: 'node20' };

const extension = {
  ...node,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: !watching,
};

const panel = {
  ...common,
  entryPoints: [
    { in: 'webview/main.ts', out: 'panel' },
    { in: 'webview/style.css', out: 'panel' },
    { in: 'webview/overview/main.ts', out: 'overview' },
    { in: 'webview/overview/style.css', out: 'overview' },
  ],
  outdir: 'dist',
  format: 'iife',
  platform: 'browser',
  target: 'chrome134',
  minify: !watching,
  sourcemap: watching,
};

const tests = {
  ...node,
  entryPoints: ['test', 'webview/test'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`),
  ),
  outdir: 'dist/test',
  entryNames: '[name]',
  // Bundled, jsdom would not find the files that it reads.
  external: ['jsdom'],
};

for (const options of flags.has('--tests') ? [tests] : [extension, panel]) {
  const build = await context(options);
  if (watching) {
    await build.watch();
  } else {
    await build.rebuild();
    await build.dispose();
  }
}

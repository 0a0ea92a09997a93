// Bundles the extension (`dist/extension.js`, and `dist/languageClient.js` with the language client) and its pages
// (`dist/panel.js` for the chat, `dist/overview.js`, and their styles).
import { context } from 'esbuild';

const watching = process.argv.includes('--watch');
const common = { bundle: true, sourcemap: true, logLevel: 'warning' };

const extension = {
  ...common,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  entryPoints: ['src/extension.ts', 'src/languageClient.ts'],
  outdir: 'dist',
  // The language client is loaded when the extension has been activated.
  external: ['vscode', './languageClient'],
  // As `require`, which finds it beside the other.
  supported: { 'dynamic-import': false },
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

for (const options of [extension, panel]) {
  const build = await context(options);
  if (watching) {
    await build.watch();
  } else {
    await build.rebuild();
    await build.dispose();
  }
}

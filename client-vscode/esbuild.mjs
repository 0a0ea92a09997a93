// Bundles the extension (`dist/extension.js`), or with `--tests` each test (`dist/test/*.test.js`).
import { readdirSync } from 'node:fs';
import { context } from 'esbuild';

const flags = new Set(process.argv.slice(2));
const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
};

const extension = {
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: !flags.has('--watch'),
};

const tests = {
  ...common,
  entryPoints: readdirSync('test')
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`),
  outdir: 'dist/test',
};

const build = await context(flags.has('--tests') ? tests : extension);
if (flags.has('--watch')) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
}

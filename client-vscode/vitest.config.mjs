import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'webview/test/**/*.test.ts'],
    // Pages are made by the tests themselves (jsdom), one for each, since hostile text runs in them.
    environment: 'node',
    // Each file takes milliseconds: two workers are quicker than one for each, which all load jsdom.
    maxWorkers: 2,
    testTimeout: 300_000,
  },
});

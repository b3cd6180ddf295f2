import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { msw } from 'msw/vite';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/browser.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const alias = [
  { find: /^micro-pay$/, replacement: here('./src/index.ts') },
  { find: /^micro-pay\/(protocol|merchant|lock)$/, replacement: here('./src/$1/index.ts') },
  { find: /^micro-pay\/widget$/, replacement: here('./widget/index.ts') },
];

/** With `npm run slow`, which is `vitest run --mode slow` */
const late = process.argv.includes('slow') ? ['test/slow-crypto.ts'] : [];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          // Each file has its modules to itself all the same; a thread begins with less work than a process.
          pool: 'threads',
          // A bound for what hangs, never a measure: a busy machine is no failure.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          setupFiles: late,
          include: ['test/**/*.test.ts'],
          exclude: ['test/widget/**', 'test/browser/**'],
        },
      },
      {
        resolve: { alias },
        plugins: [msw({ mode: 'worker-only' })],
        test: {
          name: 'browser',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          setupFiles: ['test/browser/setup.ts', ...late],
          include: ['test/widget/**/*.test.ts', 'test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});

import { defineConfig } from '@playwright/test';
import { launchOptions } from './scripts/browser.mjs';

export default defineConfig({
  testDir: 'test/flows',
  testMatch: '**/*.spec.ts',
  reporter: [['list']],
  workers: 2,
  fullyParallel: false,
  retries: 0,
  // Bounds for what hangs, never measures: a busy machine is no failure.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: { browserName: 'chromium', launchOptions: launchOptions(), locale: 'en-US' },
});

// Browser tests against the built programs. Debian's Chromium, never a browser that Playwright fetches.

import { defineConfig } from '@playwright/test';

import type { WorkerOptions } from './fixtures/test.ts';

const neighbours = /neighbours\.spec\.ts/;
// What goes wrong outside goes wrong in the same way above either database.
const once = /(bad-days|breakdown|pages)\.spec\.ts/;
// Writes files of the documentation: only when asked.
const pictures = /pictures\.spec\.ts/;

export default defineConfig<object, WorkerOptions>({
  testDir: 'tests',
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  // A test that passes the second time has found something: there is no second time.
  retries: 0,
  workers: 2,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./fixtures/reporter.ts']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    // The certificate of a UMS is made by the UMS itself; a person confirms its fingerprint once.
    ignoreHTTPSErrors: true,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'neighbours', testMatch: neighbours },
    { name: 'sqlite', testIgnore: [neighbours, pictures], use: { engine: 'sqlite' } },
    { name: 'postgres', testIgnore: [neighbours, pictures, once], use: { engine: 'postgres' } },
    ...(process.env.PICTURES ? [{ name: 'pictures', testMatch: pictures, use: { engine: 'sqlite' as const } }] : []),
  ],
});

import { defineConfig } from 'playwright/test';
import { browserArguments, findBrowser } from './scripts/browser.ts';

// Another port lets two runs stand side by side, as when one is repeated while work goes on.
const PORT = Number(process.env['E2E_PORT'] ?? 4181);
// Another folder is another build of the app, as of one whose drivers were made forgetful.
const DIST = process.env['E2E_DIST'] ?? 'dist';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
  // A machine that is busy with something else is no defect: what passes at the second try is told, see .ci/run.
  retries: process.env['CI'] === undefined ? 0 : 1,
  // Two cores are what CI has, and the boards run at their own speed.
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  // A slow machine is no defect of the app: what must be quick says its own, shorter limit.
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: '.results/e2e.json' }]],
  use: {
    baseURL: `http://localhost:${PORT}/`,
    launchOptions: { executablePath: findBrowser(), args: browserArguments() },
    // To record every journey took a quarter of all work. By hand: `npx playwright test <file> --trace retain-on-failure`.
    trace: 'on-first-retry',
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --outDir ${DIST}`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});

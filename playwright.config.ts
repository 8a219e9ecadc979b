import { defineConfig } from 'playwright/test';
import { browserArguments, findBrowser } from './scripts/browser.ts';

// Another port allows two runs at the same time.
const PORT = Number(process.env['E2E_PORT'] ?? 4181);
// Another folder tests another build of the app, such as a driver mutant.
const DIST = process.env['E2E_DIST'] ?? 'dist';

const PICTURES = 'gallery.spec.ts';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
  // Two cores are what CI has, and a journey needs a third of one: mostly it waits for resets and time limits of the app.
  workers: 4,
  fullyParallel: true,
  timeout: 60_000,
  // A slow machine is not a defect of the app: what must be quick has its own, shorter limit.
  expect: { timeout: 20_000 },
  // First what takes a minute in one piece: begun last, as in one project, it would keep one core idle.
  projects: [
    { name: 'pictures', testMatch: PICTURES },
    { name: 'journeys', testIgnore: PICTURES },
  ],
  // As without projects.
  snapshotPathTemplate: '{snapshotDir}/{testFileDir}/{testFileName}-snapshots/{arg}{-snapshotSuffix}{ext}',
  reporter: [['list'], ['json', { outputFile: '.results/e2e.json' }]],
  use: {
    baseURL: `http://localhost:${PORT}/`,
    launchOptions: { executablePath: findBrowser(), args: browserArguments() },
    // To record every journey took a quarter of all work. By hand: `npx playwright test <file> --trace retain-on-failure`.
    trace: 'off',
  },
  webServer: {
    command: `npx vite preview --port ${PORT} --outDir ${DIST}`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});

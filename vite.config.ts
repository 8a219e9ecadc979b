import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';
import { browserArguments, findBrowser } from './scripts/browser.ts';
import { mouseAway } from './scripts/mouse-away.ts';
import { NATIVE_HASHES } from './scripts/native-hashes.ts';
import { writtenCharacters } from './scripts/written-characters.ts';
import { LONG } from './src/testing/long.ts';

const PORT = 4173;

/** What measures memory needs a process whose memory no other test has used. */
const OWN_PROCESS = 'src/testing/hostile/judge.test.ts';

/** Files of tests of which all take long: `npm run test:long`, which CI runs after `npm test`. In other files such a test has a tag. */
const LONG_FILES = '**/*.long.test.ts';
const LONG_IN_BROWSER = '**/*.browser.long.test.ts';

/** In ms. A slow machine is no defect: what must be quick measures itself. */
const TIMEOUTS = { testTimeout: 60_000 * Math.max(1, Number(process.env['FUZZ'] ?? 0)), hookTimeout: 60_000 };

/** What all tests in Node have in common. */
const UNIT = {
  environment: 'node',
  setupFiles: ['scripts/fuzz-seed.ts', 'src/testing/patterns.ts'],
  ...TIMEOUTS,
  alias: [NATIVE_HASHES],
  // Most of what tests make is large and short-lived: without room to begin with, its collector went through the whole heap five
  // times as often. Each worker has one core: helpers of the collector took 8 % more.
  execArgv: ['--max-semi-space-size=64', '--initial-old-space-size=1024', '--single-threaded-gc'],
};

const LONG_UNIT = { ...UNIT, testTimeout: 5 * TIMEOUTS.testTimeout };

/**
 * Tests that change the app's modules, and so need modules that no other test uses. The mutants' modules come from a Vite of their
 * own, which hooks Node's import. After that, every import takes turns of the event loop, over which the tests' clock jumps: no
 * other test may run in that process.
 */
const MUTANTS = ['src/testing/interruptions/mutants.long.test.ts', 'src/testing/rules/muted.long.test.ts'];

/**
 * The policy in the HTML files is the one that is shipped. While developing, Vite's client connects back to the server and
 * inserts styles.
 */
const DEVELOPING: Plugin = {
  name: 'policy-while-developing',
  apply: 'serve',
  transformIndexHtml: (html) =>
    html
      .replace(/(?<=style-src )/, "'unsafe-inline' ")
      .replace(/(?:connect-src data:; )?(?=manifest-src|base-uri)/, "connect-src 'self' data:; "),
};

/** The mode in which Vite builds the command line: one file for Node without anything to install beside it. */
const COMMAND_LINE = 'command-line';

const commandLine: ViteUserConfig = {
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { alias: [NATIVE_HASHES] },
  ssr: { noExternal: true },
  build: {
    ssr: 'src/app/command-line.ts',
    outDir: 'dist-cli',
    copyPublicDir: false,
    target: 'node20',
    minify: true,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      output: { entryFileNames: 'sectorwise.js', codeSplitting: false, banner: '#!/usr/bin/env node' },
    },
  },
};

/** What all tests in the browser have in common. */
const inBrowser = (mode: string) => ({
  ...TIMEOUTS,
  setupFiles: ['src/testing/patterns.ts', 'src/testing/mouse.ts'],
  browser: {
    enabled: true,
    headless: true,
    // As in Node; a test takes away what it has put onto the page.
    isolate: false,
    screenshotFailures: false,
    commands: { mouseAway, writtenCharacters },
    provider: playwright({
      // Looked for only when tests run: building and serving the app needs no browser.
      launchOptions: mode === 'test' ? { executablePath: findBrowser(), args: browserArguments() } : {},
    }),
    instances: [{ browser: 'chromium' as const }],
  },
});

// Found only while tests run, they would reload the page under a test.
const OPTIMIZED = { include: ['esptool-js', 'esptool-js/lib/targets/*.js', 'dfu', 'fflate', 'pako'] };

const page = (mode: string): ViteUserConfig => ({
  // Elements are tested with the build of Lit that is shipped; its other one took an eighth of their tests' time.
  ...(mode === 'test' && { resolve: { conditions: ['module', 'browser', 'production'] } }),
  // Relative addresses, so that the built app works below any path.
  base: './',
  build: {
    target: 'chrome130',
    // Without source maps, which were 5.7 of 8.2 MB that a host had to serve. `npm run build -- --sourcemap` on the same commit
    // makes them for reading the positions in an error.
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: { index: 'index.html', help: 'help.html' } },
  },
  plugins: [DEVELOPING],
  worker: { format: 'es' },
  server: { host: 'localhost', port: PORT },
  preview: { host: 'localhost', port: PORT, strictPort: true },
  test: {
    reporters: ['default', ['json', { outputFile: process.env['VITEST_JSON_OUTPUT_FILE'] ?? '.results/vitest.json' }]],
    // Both cores of a machine with two: by itself Vitest leaves one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    tags: [
      {
        name: LONG.tags,
        timeout: 5 * TIMEOUTS.testTimeout,
        description: 'Takes long, and another of its kind is quick.',
      },
    ],
    projects: [
      {
        extends: true,
        test: {
          ...UNIT,
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/**/*.browser.test.ts', LONG_FILES, OWN_PROCESS],
          // To load the app's modules for each file anew took half of the time.
          isolate: false,
        },
      },
      { extends: true, test: { ...UNIT, name: 'unit-own-process', include: [OWN_PROCESS] } },
      {
        extends: true,
        optimizeDeps: OPTIMIZED,
        test: {
          ...inBrowser(mode),
          name: 'browser',
          include: ['components/**/*.test.ts', 'src/**/*.browser.test.ts'],
          exclude: [LONG_FILES],
        },
      },
      {
        extends: true,
        test: {
          ...LONG_UNIT,
          name: 'long',
          include: [LONG_FILES],
          exclude: [LONG_IN_BROWSER, ...MUTANTS],
          isolate: false,
        },
      },
      { extends: true, test: { ...LONG_UNIT, name: 'mutants-long', include: MUTANTS } },
      {
        extends: true,
        optimizeDeps: OPTIMIZED,
        test: { ...inBrowser(mode), name: 'browser-long', include: [LONG_IN_BROWSER] },
      },
    ],
  },
});

export default defineConfig(({ mode }) => (mode === COMMAND_LINE ? commandLine : page(mode)));

import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserArguments, findBrowser } from './scripts/browser.ts';

const PORT = 4173;

export default defineConfig(({ mode }) => ({
  // Relative addresses, so that the built app works below any path.
  base: './',
  build: {
    target: 'chrome130',
    sourcemap: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: { index: 'index.html', help: 'help.html' } },
  },
  worker: { format: 'es' },
  server: { host: 'localhost', port: PORT },
  preview: { host: 'localhost', port: PORT, strictPort: true },
  test: {
    reporters: ['default', ['json', { outputFile: '.results/vitest.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/**/*.browser.test.ts'],
          setupFiles: ['scripts/fuzz-seed.ts'],
          // A slow machine is no defect: what must be quick measures itself.
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        // Found only while tests run, they would reload the page under a test.
        optimizeDeps: { include: ['esptool-js', 'esptool-js/lib/targets/*.js', 'dfu', 'fflate'] },
        test: {
          name: 'browser',
          include: ['components/**/*.test.ts', 'src/**/*.browser.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              // Looked for only when tests run: building and serving the app needs no browser.
              launchOptions: mode === 'test' ? { executablePath: findBrowser(), args: browserArguments() } : {},
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
}));

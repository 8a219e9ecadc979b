import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, expect, test as base } from 'playwright/test';
import { Bench } from './bench.ts';
import { buildPreload, LIBRARY, type Preload } from './build.ts';
import { launchChromium, type LaunchOptions, unfitBrowser } from './chromium.ts';

interface BenchFixtures {
  /** A bench of its own for each test, with nothing plugged in. */
  bench: Bench;
  /** Starts a Chromium on the bench, which is closed after the test. */
  launch(options?: LaunchOptions): Promise<BrowserContext>;
  /** A folder for a profile that several browsers use in turn; it is removed after the test. */
  profile: string;
}

interface BenchOptions {
  /** Where the preloaded library is built. */
  library: string;
  preload: Preload;
}

/** Playwright's `test` with a bench; if the bench cannot run, a test is skipped and the reason is printed. */
export const test = base.extend<BenchFixtures, BenchOptions>({
  library: [LIBRARY, { scope: 'worker', option: true }],
  preload: [
    async ({ library }, use) => {
      await use(preload(library));
    },
    { scope: 'worker' },
  ],
  bench: async ({ preload }, use, info) => {
    if (preload.kind === 'missing') {
      console.warn(`SKIPPED ${info.title}: the bench cannot run here, ${preload.reason}.`);
      return info.skip(true, `the bench cannot run here: ${preload.reason}`);
    }
    const bench = await Bench.start(preload.path);
    try {
      await use(bench);
    } finally {
      await bench.stop();
      if (info.status !== info.expectedStatus)
        await info.attach('bench events', { body: JSON.stringify(bench.events), contentType: 'application/json' });
    }
    expect(bench.faults, 'exceptions out of devices').toEqual([]);
  },
  // oxlint-disable-next-line no-empty-pattern
  profile: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'sectorwise-profile-'));
    try {
      await use(folder);
    } finally {
      // The remains of a killed browser may still write while they end.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  },
  // After the profile, so that no browser uses it any more when it is removed.
  launch: async ({ bench, profile: _ }, use) => {
    const contexts: BrowserContext[] = [];
    try {
      await use(async (options) => {
        const context = await launchChromium(bench, options);
        contexts.push(context);
        return context;
      });
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
    }
  },
});

export { expect } from 'playwright/test';

function preload(path: string): Preload {
  const library = buildPreload(path);
  const unfit = library.kind === 'ready' ? unfitBrowser() : undefined;
  return unfit === undefined ? library : { kind: 'missing', reason: unfit };
}

/**
 * A hidden tab does not slow a flash down. Playwright prevents its pages from ever being hidden, so Chromium is started
 * directly here, and told over its DevTools endpoint to bring another tab to the front.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page, test as base } from 'playwright/test';
import { browserArguments, findBrowser } from '../scripts/browser.ts';
import type { SectorwiseApp } from '../components/sectorwise-app/sectorwise-app.ts';
import { addFile, boardIsRead, flashButton, RAFT, resetBoard, UPDATE } from './app.ts';
import { reached } from './progress.ts';

/** How much longer a flash may take in a hidden tab, in ms: as much as four waits for a timer of the page, which fires once a second. */
const LONGER_MS = 4000;

interface Tabs {
  /** The address of the browser's DevTools endpoint. */
  readonly endpoint: string;
  /** Where the app is served. */
  readonly address: string;
  readonly page: Page;
}

const test = base.extend<{ tabs: Tabs }>({
  tabs: async ({ baseURL }, use) => {
    const profile = mkdtempSync(join(tmpdir(), 'sectorwise-hidden-'));
    // At the priority of a hidden tab, a busy computer would be measured and not the app.
    const priority = '--disable-renderer-backgrounding';
    const flags = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, priority];
    const args = [...browserArguments(), ...flags, 'about:blank'];
    // In its own process group, so that its helpers can be killed with it.
    const child = spawn(findBrowser(), args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      const endpoint = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.once('exit', () => reject(new Error(`Chromium ended before it listened: ${said}`)));
        child.stderr.on('data', (data: Buffer) => {
          said += data.toString();
          const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
          if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
        });
      });
      // Playwright's defaults would make every page count as visible and focused.
      const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
      const page = browser.contexts()[0]?.pages()[0];
      if (page === undefined) throw new Error('Chromium started without a tab');
      const address = baseURL ?? '';
      await page.goto(address);
      await use({ endpoint, address, page });
      await browser.close();
    } finally {
      // Helpers that outlive the browser would keep writing to the profile.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  },
});

/** Opens another tab in front, which hides the first. */
async function hide({ endpoint, page }: Tabs): Promise<void> {
  const answer = await fetch(`${endpoint}/json/new?about:blank`, { method: 'PUT' });
  if (!answer.ok) throw new Error(`Chromium opened no tab: ${answer.status} ${await answer.text()}`);
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(true);
}

/** Brings the first tab to the front again. */
async function show({ page }: Tabs): Promise<void> {
  await page.bringToFront();
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(false);
}

/** How often a chain of 10 ms timers fires in two seconds. */
function ticks(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const from = performance.now();
        let count = 0;
        const tick = () => {
          count++;
          if (performance.now() - from < 2000) setTimeout(tick, 10);
          else resolve(count);
        };
        tick();
      }),
  );
}

/** Flashes a virtual board; resolves with the duration of the job according to the app's own report, in ms. */
async function flash({ page, address }: Tabs, ready: () => Promise<void>): Promise<number> {
  await page.goto(`${address}?speed=4`);
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  await addFile(page, UPDATE);
  await reached(flashButton(page), 'enabled');
  await ready();
  // A click by the page itself: a pointer needs a visible tab.
  await flashButton(page).evaluate((button: HTMLElement) => button.click());
  const ended = page.getByRole('heading', { name: 'app1 verified' });
  await expect.poll(() => ended.count(), { timeout: 120_000 }).toBe(1);
  return page.locator('sectorwise-app').evaluate(({ state }: SectorwiseApp) => {
    const work = state.kind === 'connected' ? state.work : null;
    return work?.kind === 'ended' ? work.report.timings.ms : Number.NaN;
  });
}

test(
  'a flash does not wait for the timers of a hidden tab, which are throttled',
  { tag: '@long' },
  async ({ tabs }) => {
    const { page } = tabs;
    const seen: number[] = [];
    const hidden: number[] = [];
    // The least of two of each: other work of the computer can fall into one.
    for (let i = 0; i < 2; i++) {
      expect(await ticks(page), 'timers of a tab that is seen').toBeGreaterThan(50);
      seen.push(await flash(tabs, () => Promise.resolve()));
      // The board keeps what was written to it, also for a later visit.
      await resetBoard(page);
      hidden.push(
        await flash(tabs, async () => {
          await hide(tabs);
          expect(await ticks(page), 'timers of a hidden tab').toBeLessThan(10);
        }),
      );
      expect(await page.evaluate(() => document.hidden)).toBe(true);
      await show(tabs);
      await resetBoard(page);
    }
    console.log(`flashed in ${seen.join(' and ')} ms while seen, in ${hidden.join(' and ')} ms while hidden`);
    expect(Math.min(...hidden) - Math.min(...seen)).toBeLessThan(LONGER_MS);
  },
);

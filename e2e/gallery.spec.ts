/**
 * Every element in every state, from recorded data, compared with approved screenshots. Text is rendered differently with other
 * fonts and browsers: the screenshots carry a fingerprint of both, and if it differs the comparison is skipped and says so. New
 * screenshots: `npx playwright test gallery --update-snapshots`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright/test';
import { browserArguments, findBrowser } from '../scripts/browser.ts';
import { expect, piece, test } from './face.ts';

// One build of the gallery, and no snapshots of steps beside the screenshots.
test.describe.configure({ mode: 'default' });
test.use({
  trace: 'off',
  viewport: { width: 640, height: 900 },
  // Times are shown in the computer's time zone.
  timezoneId: 'UTC',
  // Scaled to 0.6: place, colour and pattern are compared, and all screenshots together stay below 4 MB.
  deviceScaleFactor: 0.6,
  contextOptions: { reducedMotion: 'reduce' },
  // Grey antialiasing, not for one particular subpixel order.
  launchOptions: { executablePath: findBrowser(), args: [...browserArguments(), '--disable-lcd-text'] },
});

const FINGERPRINT = join(import.meta.dirname, 'gallery.spec.ts-snapshots', 'fingerprint.json');

const PIECES = [
  'flash-map: no plan',
  'flash-map: planned',
  'flash-map: flashing',
  'flash-map: failed, lit up',
  'flash-map: unproved',
  'flash-map: 16 MB',
  'flash-map: layout changes',
  'flash-map: small regions',
  'partition-inspector: found',
  'partition-inspector: planned',
  'partition-inspector: busy',
  'board-chooser',
  'board-chooser: boards met, job unfinished',
  'board-chooser: no Web Serial',
  'board-chooser: insecure',
  'board-bar',
  'board-bar: file',
  'flash-compare',
  'image-opener',
  'image-opener: question',
  'image-strip',
  'board-bar: lost',
  'job-bar: surveying',
  'job-bar: refused',
  'job-bar: planned',
  'job-bar: asking',
  'job-bar: answered',
  'job-bar: unprovable',
  'job-bar: backup cost',
  'job-bar: restore',
  'job-bar: roll back',
  'job-bar: nothing to do',
  'job-bar: flashing',
  'job-bar: unproved',
  'job-bar: stopping',
  'job-bar: starting',
  'job-bar: ended verified',
  'job-bar: ended unproved',
  'job-bar: ended nothing-to-do',
  'job-bar: ended wrong',
  'job-bar: ended beside',
  'job-bar: ended stopped',
  'job-bar: ended failed',
  'job-bar: ended rolled back',
  'board-panel',
  'board-panel: problems',
  'board-panel: unfinished',
  'board-panel: protected',
  'board-settings',
  'board-settings: open',
  'backup-maker',
  'board-tools',
  'partition-table',
  'file-drop: empty',
  'file-drop: another board',
  'file-drop: slim',
  'file-drop: files',
  'file-drop: containers',
  'file-drop: bundle',
  'bundle-card: unsigned',
  'bundle-card: unknown key',
  'bundle-card: known key',
  'signing-keys',
  'file-drop: sectors',
  'sector-picker',
  'app-layouts',
  'sector-layout',
  'diagnosis-view',
  'diagnosis-view: table lost',
  'repair-view',
  'repair-view: held',
  'boot-entries',
  'plan-view: refused',
  'plan-view: planned',
  'plan-view: asking',
  'plan-view: answered',
  'plan-view: unprovable',
  'plan-view: backup cost',
  'plan-view: restore',
  'plan-view: roll back',
  'plan-view: nothing to do',
  'layout-editor',
  'layout-editor: make it fit',
  'contents-view: settings',
  'contents-view: settings changed',
  'contents-view: files',
  'contents-view: files changed',
  'contents-view: explained',
  'hex-view',
  'range-tools',
  'boot-log',
  'progress-view: flashing',
  'progress-view: unproved',
  'progress-view: stopping',
  'progress-view: starting',
  'result-view: verified',
  'result-view: unproved',
  'result-view: nothing-to-do',
  'result-view: wrong',
  'result-view: beside',
  'result-view: stopped',
  'result-view: failed',
  'interrupted-job: write',
  'interrupted-job: hardly begun',
  'interrupted-job: restore',
  'interrupted-job: roll back',
  'interrupted-job: refused',
  'backup-library: 360 px',
  'backup-library: many',
  'backup-library: disconnected',
  'backup-library: others only',
  'backup-library: empty',
  'backup-library: not lasting',
  'backup-library: busy',
  'backup-library: failing',
  'failure-card: no answer',
  'failure-card: wrong unit',
  'report-sheet: verified',
  'board-wait',
  'board-wait: erased',
  'unlock-view: erasing',
  'unlock-view: returning',
  'unlock-view: done',
  'unfinished-jobs',
  'stuck-worker',
  'virtual-bench',
  'virtual-bench: changed',
];

/** Which browser renders, and how wide its text is. */
async function fingerprint(browser: Browser, page: Page): Promise<string> {
  const widths = await page.evaluate(() => {
    const c = document.createElement('canvas').getContext('2d');
    const style = getComputedStyle(document.documentElement);
    return ['--sans', '--mono'].map((family) => {
      if (c === null) return 0;
      c.font = `600 100px ${style.getPropertyValue(family)}`;
      return Math.round(c.measureText('Sectorwise 0x1D0000 → ✓ mwiIlL').width);
    });
  });
  return `Chromium ${browser.version().split('.')[0]} on ${process.platform}, widths ${widths.join(' and ')}`;
}

/** At a scale of 0.6, 5 px are 3 pixels of a screenshot: what begins there looks the same whatever is above it. */
const GRID = 5;

/** Moves each piece down onto the grid, so that a new piece changes only its own screenshot. */
async function align(page: Page): Promise<void> {
  await page.evaluate((grid) => {
    for (const each of document.querySelectorAll<HTMLElement>('[data-piece] > div')) {
      const past = (each.getBoundingClientRect().top + scrollY) % grid;
      each.style.marginTop = `${grid - past}px`;
    }
  }, GRID);
}

for (const [theme, long] of [
  ['light', false],
  ['dark', true],
] as const) {
  test(
    `every element in every state, ${theme}`,
    { tag: long ? '@long' : [] },
    async ({ browser, page, gallery }, info) => {
      // Each picture has its own limit: on a busy machine all of them together take long.
      test.setTimeout(1_200_000);
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(`${gallery}?theme=${theme}`);
      await expect(page.locator('[data-piece]')).toHaveCount(PIECES.length);
      await page.evaluate(() => document.fonts.ready);
      await align(page);

      const own = await fingerprint(browser, page);
      const { updateSnapshots } = info.config;
      if (updateSnapshots === 'all' || updateSnapshots === 'changed' || !existsSync(FINGERPRINT)) {
        mkdirSync(dirname(FINGERPRINT), { recursive: true });
        writeFileSync(FINGERPRINT, `${JSON.stringify(own)}\n`);
      }
      const recorded: unknown = JSON.parse(readFileSync(FINGERPRINT, 'utf8'));
      const reason = `the pictures of the gallery were made with ${String(recorded)}; here it is ${own}`;
      if (recorded !== own) console.warn(`SKIPPED ${info.title}: ${reason}.`);
      test.skip(recorded !== own, reason);

      for (const name of PIECES) {
        // Paper is white in dark mode too.
        if (theme === 'dark' && name.startsWith('report-sheet')) continue;
        // Soft, so that one run shows every difference.
        await expect
          .soft(piece(page, name))
          .toHaveScreenshot(`${name.replace(/\W+/g, '-')}-${theme}.png`, { scale: 'device', maxDiffPixelRatio: 0.002 });
      }
    },
  );
}

/** A tab that is hidden while it flashes a board over Chromium's own Web Serial. */
import { addFile, boardIsRead, firstDifference, flashButton, RECORD_SEQ_2, UPDATE, withUpdate } from './app.ts';
import { connectSerial } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { useGrantedPort } from './bench/chromium.ts';
import { expect, test } from './bench/fixture.ts';
import { hideableTab } from './bench/hidden.ts';
import { reached } from './progress.ts';

test(
  'hidden when the work begins: it continues, and ends as if it were visible',
  { tag: '@long' },
  async ({ bench, baseURL }) => {
    const board = placeEsp(bench, 'esp32-raft');
    const factory = board.flash.snapshot();
    const { origin } = new URL(baseURL ?? '');
    const { page, hide, end } = await hideableTab(bench, origin);
    try {
      await useGrantedPort(page);
      await page.goto(`${origin}/`);
      await connectSerial(page);
      await boardIsRead(page);
      await addFile(page, UPDATE);
      await reached(flashButton(page), 'enabled');
      await hide();
      await expect.poll(() => page.evaluate(() => document.hidden)).toBe(true);
      // A click by the page itself: a pointer needs a visible tab.
      await flashButton(page).evaluate((button: HTMLElement) => button.click());
      const ended = page.getByText('The board started app1 (0x1D0000).');
      await expect.poll(() => ended.count(), { timeout: 30_000 }).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.hidden)).toBe(true);
      const flashed = board.beforeStart();
      expect(firstDifference(flashed ?? factory, withUpdate(factory, 0x1d0000, RECORD_SEQ_2))).toBeNull();
    } finally {
      await end();
    }
  },
);

/** A backup of a partition that has another place now: where it goes, and when it goes to its old addresses. */
import { expect, test, type Page } from 'playwright/test';
import {
  addFile,
  backUp,
  boardIsRead,
  dump,
  flashButton,
  openVirtualBoard,
  partitionOnMap,
  RAFT,
  UPDATE,
} from './app.ts';
import { changeLayout, isThere, LARGER, openLibrary, readAgain } from './kept.ts';
import { reached } from './progress.ts';

const NOW = { from: 0x1f0000, to: 0x3c0000 };
/** Where the app was, and app0 and the end of app1 are now. */
const WAS = { from: 0x1d0000, to: 0x1f0000 };

async function eraseApp1(page: Page): Promise<void> {
  await partitionOnMap(page, 'app1').click();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  const erase = page.locator('job-bar').getByRole('button', { name: 'Erase app1' });
  await reached(erase);
  for (const box of await page.locator('plan-view:visible').getByRole('checkbox').all()) await box.press('Space');
  await erase.click();
  await reached(page.getByRole('heading', { name: 'app1 erased' }));
  await readAgain(page);
}

test(
  'it goes there, and its old addresses are planned only while that is chosen; the plan comes into view',
  { tag: '@long' },
  async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await openVirtualBoard(page, RAFT);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await isThere(page, 'app1');
    await page.getByRole('button', { name: 'Flash another file' }).click();
    await boardIsRead(page);
    await backUp(page, 'app1');
    const { now: updated } = await dump(page);
    await changeLayout(page, LARGER);
    await eraseApp1(page);
    const library = await openLibrary(page);
    // What the erase overwrote is the same app, and a backup of its own.
    const restore = library
      .getByRole('listitem', { name: /^raft-demo 1\.5\.0 in app1, / })
      .filter({ hasText: 'made on request' })
      .getByRole('button', { name: /^Restore / });
    await restore.scrollIntoViewIfNeeded();
    await restore.click();
    const [bar, plan] = [page.locator('job-bar'), page.locator('plan-view:visible')];
    const go = bar.getByRole('button', { name: 'Restore app1', exact: true });
    await reached(go);
    await expect(go).toBeEnabled();
    await expect(bar.getByRole('heading', { name: /^Backup of .* \(raft-demo 1\.5\.0\) → app1\./ })).toBeVisible();
    const question = plan.getByRole('heading', { name: /^The layout has changed since this backup: app1 was at / });
    await expect(question).toBeInViewport({ ratio: 1 });
    await expect(plan.getByText(/^Its content, .* goes to app1 \(0x1F0000, 1856 KiB\)\./)).toBeVisible();
    const box = plan.getByRole('checkbox', { name: 'Write it to its old addresses instead.' });
    await box.press('Space');
    await reached(plan.getByText(/^It goes to its old addresses, and overwrites what is in app0 and app1 /));
    // The focus stays at the box, whatever the plan says now: it is pressed again where it is.
    await expect(box).toBeFocused();
    await page.keyboard.press('Space');
    await reached(plan.getByText(/^Its content, .* goes to app1 /));
    await expect(box).toBeFocused();
    const { now: before } = await dump(page);
    await go.click();
    await reached(page.getByRole('heading', { name: 'Restored raft-demo 1.5.0 to app1' }));
    const { beforeStart, now } = await dump(page);
    const restored = beforeStart ?? now;
    const size = 155 * 0x1000;
    expect(
      Buffer.compare(restored.subarray(NOW.from, NOW.from + size), updated.subarray(0x1d0000, 0x1d0000 + size)),
    ).toBe(0);
    expect(Buffer.compare(restored.subarray(WAS.from, WAS.to), before.subarray(WAS.from, WAS.to))).toBe(0);
  },
);

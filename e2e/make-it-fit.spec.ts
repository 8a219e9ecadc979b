/** A file that does not fit is made to fit: from its refusal to a layout, and from there to a board that starts it. */
import { expect, test } from 'playwright/test';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { addFile, dump, openVirtualBoard, RAFT } from './app.ts';
import { complaints } from './face.ts';
import { reached } from './progress.ts';

/** The slot of the app that runs, which stays. */
const SLOT = 0x20000;
const SIZE = 0x1c2340;

test.use({ viewport: { width: 1280, height: 720 } });

test(
  'an app that is too large for every slot gets the best layout, is flashed with it, and starts',
  { tag: '@long' },
  async ({ page }) => {
    const app = Buffer.from(buildAppImage({ project: 'raft-demo', version: '9.0.0', seed: 9, chipId: 0, size: SIZE }));
    await openVirtualBoard(page, RAFT);
    await addFile(page, { name: 'big.bin', mimeType: 'application/octet-stream', buffer: app });
    await page.getByRole('button', { name: 'Show layouts with room for it' }).click();
    await expect(page.getByRole('tab', { name: 'Layout' })).toHaveAttribute('aria-selected', 'true');
    const fits = page.getByRole('region', { name: 'Layouts with room for it' });
    await expect(fits.getByRole('heading', { name: 'Layouts with room for it' })).toBeFocused();
    const best = fits.getByRole('listitem').filter({ hasText: 'Loses nothing' }).first();
    await expect(best).toContainText('fs shrinks from 512 KiB to');
    await expect(best).toContainText('its files are rewritten');
    expect(await complaints(page)).toEqual([]);
    await best.getByRole('button', { name: 'Use this layout' }).click();
    await expect(best.getByRole('button', { name: 'Chosen' })).toBeDisabled();
    // What it does, before and after, is below the editor; the app that runs is replaced only by consent.
    const view = page.getByRole('tabpanel', { name: 'Layout' });
    await reached(view.getByText('Your Wi-Fi settings stay'));
    for (const consent of await view.getByRole('checkbox', { name: /^(Replace|I do not need)/ }).all())
      await consent.check();
    await page
      .getByRole('button', { name: /^Make \d changes$/ })
      .last()
      .click();
    await reached(page.getByText(/^The board started app1/).last());
    const { now, beforeStart, violations } = await dump(page);
    expect(Buffer.from(beforeStart ?? now).indexOf(app)).toBeGreaterThan(SLOT);
    expect(violations).toBe(0);
  },
);

test(
  'the error of a build leads to the same layouts, and an error of another kind is said to be none',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await page.getByRole('tab', { name: 'Layout' }).click();
    await page.getByText('Paste a build error').click();
    const box = page.getByLabel(/^An error of ESP-IDF/);
    await box.fill('ninja: build stopped: subcommand failed.');
    await page.getByRole('button', { name: 'Read the error' }).click();
    await expect(page.getByText(/none of the errors that are understood/)).toBeVisible();
    await box.fill(`Error: All app partitions are too small for binary big.bin size 0x1c2340:
  - Part 'ota_0' 0/16 @ 0x20000 size 0x1b0000 (overflow 0x12340)`);
    await page.getByRole('button', { name: 'Read the error' }).click();
    const fits = page.getByRole('region', { name: 'Layouts with room for it' });
    await expect(fits).toContainText('Room for an app of 1,844,032 bytes.');
    await fits.getByRole('listitem').filter({ hasText: 'its files are rewritten' }).first().getByRole('button').click();
    await expect(page.getByLabel('Size of app1')).not.toHaveValue('1728 KiB');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(page.getByLabel('Size of app1')).toHaveValue('1728 KiB');
  },
);

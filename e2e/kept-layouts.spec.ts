/** Backups of two layout changes: told apart by the layouts, carried with their reason to a file, and restored with the layout. */
import { expect, test } from 'playwright/test';
import { openVirtualBoard, RAFT } from './app.ts';
import { inView } from './face.ts';
import { changeLayout, LARGER, openLibrary, saved } from './kept.ts';
import { reached } from './progress.ts';

const LAYOUTS = [
  LARGER,
  [
    ['Size of app0', '1792 KiB'],
    ['Offset of app1', '0x1E0000'],
    ['Size of app1', '1792K'],
    ['Offset of fs', '0x3A0000'],
    ['Size of fs', '0x60000'],
  ],
] as const;

test('two layout changes, one exported and imported, the first one undone', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openVirtualBoard(page, RAFT);
  for (const fields of LAYOUTS) await changeLayout(page, fields);
  const library = await openLibrary(page);
  const items = library.getByRole('listitem');
  const [second, first] = ['1856 KiB, fs of 256 KiB', '1728 KiB, fs of 512 KiB'].map((sizes) =>
    library.getByRole('listitem', { name: `Layout with app0 and app1 of ${sizes}` }),
  );
  if (first === undefined || second === undefined) throw new Error('no two layouts');
  await expect(items).toHaveCount(2);
  await expect(first).toBeVisible();
  await expect(second).toBeVisible();

  await second.getByText(/^More for /).click();
  await second.getByRole('button', { name: /^Export/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /^Encrypt/ }).uncheck();
  const file = await saved(page, () => dialog.getByRole('button', { name: 'Export without a passphrase' }).click());
  await second.getByText(/^More for /).click();
  await second.getByRole('button', { name: /^Delete/ }).click();
  await second.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(second).toHaveCount(0);
  await library
    .getByLabel('Backup file to import')
    .setInputFiles({ name: file.name, mimeType: 'application/zip', buffer: file.bytes });
  await expect(second).toContainText('before changing the layout; the job succeeded');

  // Its title has the sizes.
  await expect(first).toContainText('Restores this layout, too.');
  await first.getByRole('button', { name: /^Restore/ }).click();
  await expect(page.locator('plan-view:visible').locator('.afterwards')).toContainText(
    'The layout will come back, too: app0 and app1 of 1728 KiB, fs of 512 KiB.',
  );
  const bar = page.locator('job-bar');
  await expect(bar).toContainText(/ → the layout with app0 and app1 of 1728 KiB, fs of 512 KiB[.;]/);
  await bar.getByRole('button', { name: /^Restore the layout/ }).click();
  await reached(
    page.getByRole('heading', { name: /^Restored the layout with app0 and app1 of 1728 KiB, fs of 512 KiB/ }),
  );
  await expect(items).toHaveCount(3);
  // The verdict is beside it, and nobody has to scroll.
  await inView(page, { 'the newest backup': items.first() });
});

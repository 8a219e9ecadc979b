/** Axe on every main view of the built app, dark and light, at phone and desktop width. */
import { expect, type Page, test } from 'playwright/test';
import type { SectorwiseApp } from '../components/sectorwise-app/sectorwise-app.ts';
import { addFile, boardIsRead, flashButton, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { complaints } from './face.ts';
import { reached } from './progress.ts';

// Snapshots of every step would cost more time than axe does.
test.use({ trace: 'off' });

/** Runs axe at each width, light and dark, on the view in which `shown` holds. */
async function check(page: Page, view: string, shown: () => Promise<void>): Promise<void> {
  await shown();
  const release = await hold(page);
  await shown();
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(wide, `${view} fits`).toBeLessThanOrEqual(width);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await complaints(page), `${view}, ${colorScheme}, ${width} px wide`).toEqual([]);
    }
  }
  await release();
}

/** Keeps the page as it is while the session goes on, however long axe takes; what it returns shows the present state. */
async function hold(page: Page): Promise<() => Promise<void>> {
  const app = page.locator('sectorwise-app');
  await app.evaluate((element: SectorwiseApp) => {
    const shown = element.state;
    let present = shown;
    Object.defineProperty(element, 'state', {
      configurable: true,
      get: () => shown,
      set: (next: typeof present) => {
        present = next;
      },
    });
    element.addEventListener(
      'release',
      () => {
        Reflect.deleteProperty(element, 'state');
        element.state = present;
      },
      { once: true },
    );
  });
  return () => app.dispatchEvent('release');
}

test('disconnected, and connecting', async ({ page }) => {
  await page.goto('?speed=1');
  await check(page, 'disconnected', () => expect(page.getByRole('button', { name: RAFT })).toBeVisible());
  await page.getByRole('button', { name: RAFT }).click();
  await check(page, 'connecting', () => expect(page.getByRole('progressbar')).toBeVisible());
});

test('read, planned, flashing, and verified', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 1);
  await check(page, 'read', () => expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible());
  await addFile(page, UPDATE);
  await check(page, 'planned', () => expect(flashButton(page)).toBeEnabled());
  await flashButton(page).click();
  await check(page, 'flashing', () => expect(page.getByRole('button', { name: 'Stop' })).toBeVisible());
  const verified = page.getByRole('heading', { name: 'app1 verified' });
  await reached(verified);
  await check(page, 'verified', () => expect(verified).toBeVisible());
});

test('settings changed, files previewed, recreated, and bytes', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.goto('?speed=20#/contents?at=0x9000');
  const view = page.getByRole('tabpanel', { name: 'Contents' });
  await view.getByRole('button', { name: 'Delete wifi/channel' }).click();
  await view.getByRole('button', { name: 'Add a setting' }).click();
  await check(page, 'settings', () => expect(view.getByText('1 change planned')).toBeVisible());
  const partition = view.getByLabel('Partition', { exact: true });
  await partition.selectOption({ label: 'fs, 512 KiB at 0x380000: LittleFS' });
  await view.getByRole('button', { name: 'Preview /config.json' }).click();
  await view.getByRole('button', { name: 'Recreate it' }).click();
  const preview = view.getByRole('region', { name: 'Text of /config.json' });
  await check(page, 'files', () => expect(preview).toBeVisible());
  await view.getByRole('button', { name: 'Show its bytes' }).click();
  await check(page, 'bytes', () => expect(view.getByRole('region', { name: 'Bytes from 0x0' })).toBeVisible());
});

test('refused, asked, and lost', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  await addFile(page, 'public/samples/hello-s3.bin');
  await check(page, 'refused', () => expect(page.getByText('Nothing was written to the board.')).toBeVisible());
  await page.getByRole('button', { name: 'Remove hello-s3.bin' }).click();
  await addFile(page, UPDATE);
  await check(page, 'asked', () => expect(page.getByText(/things? to confirm first/)).toBeVisible());
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  const lost = page.getByRole('heading', { name: 'The board was disconnected.' });
  await check(page, 'lost', () => expect(lost).toBeVisible());
});

test('stopped, and failed', { tag: '@long' }, async ({ page }) => {
  // As slow as silicon: on a busy machine a faster board is done before Stop is pressed.
  await openVirtualBoard(page, RAFT, 1);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByText(/^[1-9]\d %$/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  const stopped = page.getByRole('heading', { name: 'Stopped before the end' });
  await check(page, 'stopped', () => expect(stopped).toBeVisible());
  await page.getByRole('button', { name: 'Read the board again' }).click();
  await boardIsRead(page);
  await page.locator('job-bar').getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText(/^[1-9]\d %$/)).toBeVisible();
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await check(page, 'failed', () => expect(page.getByRole('heading', { name: 'Not finished' })).toBeVisible());
});

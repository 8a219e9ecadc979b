/** The layout of a live board is changed: larger app slots, a smaller file system, the settings kept. */
import { createHash } from 'node:crypto';
import { expect, type Page, test } from 'playwright/test';
import { boardIsRead, dump, firstDifference, isUnderWay, openVirtualBoard, RAFT } from './app.ts';
import { complaints, focusOf, tabTo } from './face.ts';
import { reached } from './progress.ts';

/** What is typed, field by field, in the order of the fields. */
const LARGER: readonly (readonly [field: RegExp, text: string])[] = [
  [/^Size of app0$/, '1856 KiB'],
  [/^Offset of app1$/, '0x1F0000'],
  [/^Size of app1$/, '1856K'],
  [/^Offset of fs$/, '0x3C0000'],
  [/^Size of fs$/, '0x40000'],
];
const TABLE = 0x8000;
const ROW = 32;
/** The rows of Raft's table: nvs, otadata, app0, app1, fs. */
const ROWS = 5;

/** The flash with a table whose rows have other places and sizes, and with the MD5 of that table. */
function laidOut(before: Uint8Array, places: readonly (readonly [row: number, offset: number, size: number])[]) {
  const wanted = before.slice();
  const view = new DataView(wanted.buffer, wanted.byteOffset);
  for (const [row, offset, size] of places) {
    view.setUint32(TABLE + row * ROW + 4, offset, true);
    view.setUint32(TABLE + row * ROW + 8, size, true);
  }
  const end = TABLE + ROWS * ROW;
  wanted.set(createHash('md5').update(wanted.subarray(TABLE, end)).digest(), end + 16);
  return wanted;
}

/** Goes to the view of the layout with keys alone. */
async function openLayout(page: Page): Promise<void> {
  await tabTo(page, /^Flash$/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Layout' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByLabel('Size of app0')).toBeVisible();
}

async function typeInto(page: Page, field: RegExp, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

test('by keyboard alone: both app slots grow, the file system shrinks, and everything else stays', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: before } = await dump(page);
  await openLayout(page);
  for (const [field, text] of LARGER) await typeInto(page, field, text);
  await tabTo(page, /^Plan this change$/);
  await page.keyboard.press('Enter');
  const flash = page.getByRole('button', { name: 'Change the layout' });
  await expect(
    page.getByRole('heading', { name: 'New layout: app0 grows, app1 moves and grows, fs moves and shrinks.' }),
  ).toBeVisible();
  const view = page.getByRole('tabpanel', { name: 'Layout' });
  await expect(view.getByText(/^For about 0\.\d s the board cannot start/)).toBeVisible();
  await expect(view.getByText('Your Wi-Fi settings stay')).toBeVisible();
  // It is below the rows, and comes into sight by itself.
  await expect(view.getByText('The bootloader stays')).toBeInViewport({ ratio: 1 });
  await expect.poll(async () => (await focusOf(page))?.name).toMatch(/^New layout/);
  // Nothing is given up, so nothing is asked.
  await expect(flash).toBeEnabled();
  await tabTo(page, /^Change the layout$/);
  await page.keyboard.press('Enter');
  await reached(page.getByRole('heading', { name: 'New layout verified' }));
  await expect(page.getByText(/^The board started app0/).last()).toBeVisible();
  const { now, beforeStart, violations } = await dump(page);
  const places = [
    [2, 0x20000, 0x1d0000],
    [3, 0x1f0000, 0x1d0000],
    [4, 0x3c0000, 0x40000],
  ] as const;
  const [left, wanted] = [beforeStart ?? now, laidOut(before, places)].map((flash) => flash.subarray(0, 0x3c0000));
  expect(firstDifference(left ?? now, wanted ?? before)).toBeNull();
  expect(violations).toBe(0);
  await expect(page.getByLabel('Offset of fs')).toHaveValue('0x3C0000');
});

test(
  'at 360 pixels nothing scrolls sideways, and each field and button can be reached',
  { tag: '@long' },
  async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openVirtualBoard(page, RAFT);
    await openLayout(page);
    await typeInto(page, /^Size of app0$/, '1800K');
    await tabTo(page, /^Move app0 down$/);
    await expect(page.locator('layout-editor table').getByText(/overlap from/)).toBeVisible();
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await wide()).toBeLessThanOrEqual(360);
    expect(await complaints(page)).toEqual([]);
    await tabTo(page, /^Make every app slot 1728 KiB/);
    await page.keyboard.press('Enter');
    await expect(page.getByText('This is the layout on the board.')).toBeVisible();
    await tabTo(page, /^Remove fs$/);
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Name of fs')).toBeHidden();
    await tabTo(page, /^Discard changes$/);
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Name of fs')).toBeVisible();
  },
);

/** Where the running app lies before and after the slots have changed places; the second slot is blank. */
const APP = { was: 0x20000, is: 0x1d0000, size: 0x1b0000 };

/** Plans that the app slots change places, and begins to carry it out; returns the flash before. */
async function swapSlots(page: Page): Promise<Uint8Array> {
  await openVirtualBoard(page, RAFT, 4);
  const { now } = await dump(page);
  await page.getByRole('tab', { name: 'Layout' }).click();
  await page.getByRole('button', { name: 'Move app0 down' }).click();
  await page.getByRole('button', { name: 'Plan this change' }).click();
  await expect(page.getByRole('heading', { name: 'New layout: app0 and app1 move.' })).toBeVisible();
  await page.getByRole('button', { name: 'Change the layout' }).click();
  await isUnderWay(page);
  return now;
}

test(
  'unplugged in the middle and resumed: the app arrives whole and starts, and nothing else changes',
  { tag: '@long' },
  async ({ page }) => {
    const before = await swapSlots(page);
    await page.getByRole('button', { name: 'Pull the cable' }).click();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await page.getByRole('button', { name: 'Plug the cable in' }).click();
    await boardIsRead(page);
    await page.locator('job-bar').getByRole('button', { name: 'Resume' }).click();
    await reached(page.getByText(/^The board started app0 \(0x1D0000\)/).last());
    const { now, beforeStart, violations } = await dump(page);
    const after = beforeStart ?? now;
    const app = before.slice(APP.was, APP.was + APP.size);
    expect(firstDifference(after.slice(APP.is, APP.is + APP.size), app)).toBeNull();
    for (const [from, to] of [
      [0, TABLE],
      [0x9000, 0x20000],
      [0x380000, 0x400000],
    ] as const)
      expect(firstDifference(after.slice(from, to), before.slice(from, to))).toBeNull();
    expect(violations).toBe(0);
  },
);

test(
  'stopped in the middle and rolled back: the old layout is there with its contents',
  { tag: '@long' },
  async ({ page }) => {
    const before = await swapSlots(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Read the board again' }).click();
    await boardIsRead(page);
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.getByRole('button', { name: /^Roll back \d+ erase units?/ }).click();
    await reached(page.getByText(/^The board started app0 \(0x20000\)/).last());
    await expect(page.getByText(/^This is the layout on the board\./)).toBeVisible();
    const { now, beforeStart } = await dump(page);
    expect(firstDifference(beforeStart ?? now, before)).toBeNull();
  },
);

/** Consents to every question of the plan in the view of the layout, and carries it out. */
async function agreeAndFlash(page: Page): Promise<void> {
  const flash = page.getByRole('button', { name: 'Change the layout' });
  await reached(flash);
  const boxes = page.getByRole('tabpanel', { name: 'Layout' }).locator('plan-view').getByRole('checkbox');
  for (const box of await boxes.all()) await box.press('Space');
  await flash.click();
  await reached(page.getByRole('heading', { name: /verified/ }));
}

/** Imports a table in the view of the layout, and plans the change. */
async function importTable(page: Page, csv: string): Promise<void> {
  await page.getByRole('tab', { name: 'Layout' }).click();
  const buffer = Buffer.from(csv);
  await page.getByLabel('Partition table to import').setInputFiles({ name: 'new.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Plan this change' }).click();
}

test(
  'one app instead of two, by template: the running app moves over itself and starts as factory',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 60);
    const { now: before } = await dump(page);
    await page.getByRole('tab', { name: 'Layout' }).click();
    await page.getByLabel('Template').selectOption({ label: 'Raft, single app' });
    await page.getByRole('button', { name: 'Use template' }).click();
    await page.getByRole('button', { name: 'Plan this change' }).click();
    await agreeAndFlash(page);
    await expect(page.getByText(/^The board started factory \(0x100000\)/).last()).toBeVisible();
    const { now, beforeStart, violations } = await dump(page);
    const after = beforeStart ?? now;
    expect(firstDifference(after.slice(0x100000, 0x2b0000), before.slice(APP.was, APP.was + APP.size))).toBeNull();
    expect(firstDifference(after.slice(0x9000, 0xf000), before.slice(0x9000, 0xf000))).toBeNull();
    expect(firstDifference(after.slice(0, TABLE), before.slice(0, TABLE))).toBeNull();
    expect(violations).toBe(0);
  },
);

test(
  '16 MB under a header of 4 MB: a third slot and a file system past 4 MB; header and table change, the same app starts',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, 'Open ESP32 with 16 MB under a 4 MB header', 60);
    const { now: before } = await dump(page);
    await importTable(
      page,
      'nvs,data,nvs,0x9000,0x15000\notadata,data,ota,0x1e000,0x2000\napp0,app,ota_0,0x20000,0x1b0000\n' +
        'app1,app,ota_1,0x1d0000,0x1b0000\napp2,app,ota_2,0x380000,0x1b0000\nfs,data,littlefs,0x530000,0x80000\n',
    );
    await expect(
      page.getByText(/The flash size in the header of the board’s bootloader becomes 16 MiB/).last(),
    ).toBeVisible();
    await agreeAndFlash(page);
    await expect(page.getByText(/^The board started app0 \(0x20000\)/).last()).toBeVisible();
    const { now, beforeStart, violations } = await dump(page);
    const after = beforeStart ?? now;
    // Everything below the new slot but the header's size with its digest, and the table.
    expect(after[0x1003]).toBe(((before[0x1003] ?? 0) & 0xf) | 0x40);
    expect(firstDifference(after.slice(0x9000, 0x380000), before.slice(0x9000, 0x380000))).toBeNull();
    expect(firstDifference(after.slice(0x530000, 0x5b0000), before.slice(0x380000, 0x400000))).toBeNull();
    expect(firstDifference(after.slice(0x5b0000), before.slice(0x5b0000))).toBeNull();
    expect(violations).toBe(0);
  },
);

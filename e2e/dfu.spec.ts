/** In the built app: boards in DFU mode, an application in sectors that are not adjacent, and the whole flash compared. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from 'playwright/test';
import { buildExtension, buildModule } from '../src/testing/dfu/particle-images.ts';
import {
  addFile,
  choosePlace,
  chooseVirtualBoard,
  dump,
  firstDifference,
  flashButton,
  hasPlace,
  useTool,
} from './app.ts';
import { complaints, tabTo } from './face.ts';
import { ARM_TOOLS, missingTools, skippedFor } from './missing-tools.ts';
import { buildApp, buildBoot, startInQemu } from './proof/build.ts';
import { noise } from '../src/testing/bytes.ts';
import { sampleApplication } from '../src/virtual-boards/dfu/firmware/sample.ts';

const BASE = 0x08000000;
const SECTOR = 0x20000;
const PHOTON = 'Open Particle Photon in DFU mode';
const ELECTRON = 'Open Particle Electron in DFU mode';

const file = (name: string, data: Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(data),
});

async function open(page: Page, name: string, speed = 20): Promise<Uint8Array> {
  await page.goto(`?speed=${speed}`);
  await chooseVirtualBoard(page, name);
  await expect(page.getByRole('group', { name: 'Flash map' })).toBeVisible();
  return (await dump(page)).now;
}

/** Consents to every question and flashes. */
/** What was stopped may have been before the first erase: then there is nothing to resume. */
async function resumeOrFlash(page: Page): Promise<void> {
  const resume = page.locator('job-bar').getByRole('button', { name: 'Resume' });
  await expect(resume.or(flashButton(page)).first()).toBeVisible();
  await ((await resume.count()) > 0 ? resume.click() : agreeAndFlash(page));
}

async function agreeAndFlash(page: Page): Promise<void> {
  await expect(flashButton(page)).toBeVisible();
  for (const box of await page.locator('plan-view').getByRole('checkbox').all()) await box.press('Space');
  await flashButton(page).click();
}

/** The previous flash with these bytes written over it. */
function laid(before: Uint8Array, ...pieces: readonly (readonly [address: number, data: Uint8Array])[]): Uint8Array {
  const flash = before.slice();
  for (const [address, data] of pieces) flash.set(data, address - BASE);
  return flash;
}

/** The flash as it was when the board left DFU mode; also checks that nothing was done that silicon would not survive. */
async function leftWith(page: Page): Promise<Uint8Array> {
  await expect(page.getByText(/The board left DFU mode\. It does not report what it starts\./).first()).toBeVisible();
  let flash: Uint8Array = new Uint8Array();
  // It takes a moment from the last answer until the board starts.
  await expect(async () => {
    const { beforeStart, violations } = await dump(page);
    expect(violations).toBe(0);
    expect(beforeStart).not.toBeNull();
    flash = beforeStart ?? flash;
  }).toPass();
  return flash;
}

async function downloaded(page: Page, button: RegExp): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFileSync(await download.path());
}

async function pick(page: Page, ...names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Select sectors yourself' }).press('Enter');
  for (const name of names) await page.getByRole('checkbox', { name: new RegExp(`^${name} 0x`) }).press('Space');
}

test('Photon: an application with its extension, the sector for updates between them untouched', async ({ page }) => {
  const before = await open(page, PHOTON);
  await expect(page.getByText('Particle Photon (STM32F205)').first()).toBeVisible();
  await page.getByRole('button', { name: /^Details/ }).click();
  await expect(page.getByText('0x08000000 to 0x0801FFFF is not written')).toBeVisible();
  await expect(page.getByText('No protection')).toHaveCount(0);
  const app = buildModule({ version: 9, size: 0x8000 });
  const extension = buildExtension({ size: 0x3000 });
  await addFile(page, file('app.bin', app));
  await addFile(page, file('extension.bin', extension));
  await expect(page.getByText(/An over-the-air system update will erase factory/).first()).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  expect((await downloaded(page, /Save linker regions, application \+ extension/)).toString()).toMatch(
    /EXT_FLASH .*0x080E0000/,
  );
  await agreeAndFlash(page);
  expect(firstDifference(await leftWith(page), laid(before, [0x080a0000, app], [0x080e0000, extension]))).toBeNull();
  await expect(page.getByText(/Afterwards: the board starts the user application, version 9\./).first()).toBeVisible();
});

test(
  'P1: sectors picked by hand with the keyboard, and the rest of the last one kept',
  { tag: '@long' },
  async ({ page }) => {
    const before = await open(page, 'Open Particle P1 in DFU mode');
    const data = noise(150_000);
    await addFile(page, file('pictures.bin', data));
    await tabTo(page, /Select sectors yourself/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^OTA 0x080C0000/);
    await page.keyboard.press('Space');
    await expect(page.getByText('128 KiB picked; 18,928 bytes more needed.')).toBeVisible();
    await expect(page.getByText(/pictures.bin does not fit into OTA/).first()).toBeVisible();
    await tabTo(page, /^factory 0x080E0000/);
    await page.keyboard.press('Space');
    await expect(page.getByText('256 KiB picked: it fits.')).toBeVisible();
    await expect(flashButton(page)).toBeVisible();
    expect(await complaints(page)).toEqual([]);
    expect((await downloaded(page, /^Save the C header with addresses and sizes/)).toString()).toContain(
      '#define PICTURES_BIN_1_ADDRESS 0x080C0000u',
    );
    await agreeAndFlash(page);
    expect(firstDifference(await leftWith(page), laid(before, [0x080c0000, data]))).toBeNull();
  },
);

test(
  'Electron: 256 KiB in one piece, over USB only, and the cost is confirmed first',
  { tag: '@long' },
  async ({ page }) => {
    const before = await open(page, ELECTRON);
    const app = buildModule({ start: 0x08080000, platform: 10, version: 9, size: 0x30000 });
    await addFile(page, file('long.bin', app));
    await expect(
      page
        .getByText(
          /the system firmware rejects over-the-air updates of an application that extends past its own sector/,
        )
        .first(),
    ).toBeVisible();
    await expect(page.getByText(/Factory reset will no longer work\./).first()).toBeVisible();
    await expect(flashButton(page)).toHaveAttribute('disabled', '');
    await agreeAndFlash(page);
    expect(firstDifference(await leftWith(page), laid(before, [0x08080000, app]))).toBeNull();
  },
);

test(
  'STM32F405, found in dfuERROR: two sectors with a gap, and everything else unchanged',
  { tag: '@long' },
  async ({ page }) => {
    const before = await open(page, 'Open STM32F405 in its ROM bootloader');
    await expect(page.getByText('STM32 (may be F405 or F407)').first()).toBeVisible();
    const data = noise(150_000);
    await addFile(page, file('data.bin', data));
    await pick(page, 'sector 7', 'sector 9');
    await hasPlace(page, /^\s*sector 7 \+ sector 9/);
    await agreeAndFlash(page);
    const wanted = laid(before, [0x08060000, data.subarray(0, SECTOR)], [0x080a0000, data.subarray(SECTOR)]);
    expect(firstDifference(await leftWith(page), wanted)).toBeNull();
  },
);

test('a read-protected board says what removing the protection would cost, and accepts nothing', async ({ page }) => {
  await open(page, 'Open STM32F405 that is read protected');
  await expect(page.getByText(/Removing the read protection erases the whole flash\./).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Unlock this chip' })).toBeVisible();
  await addFile(page, file('data.bin', noise(100)));
  await expect(page.getByText(/the chip is read-protected and rejects all writes/).first()).toBeVisible();
  await expect(flashButton(page)).toHaveCount(0);
  expect((await dump(page)).erases).toBe(0);
});

test('where a larger application can go is shown before a file is dropped, and so is what is not possible', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await open(page, ELECTRON);
  await page.getByRole('button', { name: /Where can a larger application go/ }).click();
  for (const words of [
    /^Recommended: Application \+ extension in the decompress region/,
    '0x08080000, 128 KiB + 0x080E0000, 128 KiB',
    'Over-the-air updates are no longer possible.',
    /Changed system firmware is required/,
    /only for the third generation/,
    /can only be erased whole/,
  ]) {
    await expect(page.locator('app-layouts').getByText(words).first()).toBeVisible();
  }
  expect(await complaints(page)).toEqual([]);
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await wide()).toBe(360);
  await addFile(page, file('pictures.bin', noise(200_000)));
  await pick(page, 'decompress');
  expect(await wide()).toBe(360);
});

test('a board’s content is saved as a file that restores it', { tag: '@long' }, async ({ page }) => {
  const before = await open(page, PHOTON);
  await useTool(page, 'Read and save the whole flash');
  const kept = await downloaded(page, /^Save the flash content as \.dfu/);
  expect(kept.subarray(0, 5).toString()).toBe('DfuSe');
  await addFile(page, file('data.bin', noise(1000)));
  await choosePlace(page, /^factory/);
  await agreeAndFlash(page);
  expect(firstDifference(await leftWith(page), before)).not.toBeNull();

  await page.getByRole('button', { name: /^(Read the board again|Connect again)$/ }).click();
  await page.getByRole('button', { name: 'Remove data.bin' }).click();
  await addFile(page, file('photon-flash.dfu', kept));
  await agreeAndFlash(page);
  expect(firstDifference(await leftWith(page), before)).toBeNull();
});

test(
  'stopped in the middle: the board still answers, and flashing the same again finishes the work',
  { tag: '@long' },
  async ({ page }) => {
    const before = await open(page, PHOTON, 4);
    const data = noise(250_000);
    await addFile(page, file('data.bin', data));
    await choosePlace(page, /^OTA, factory/);
    await agreeAndFlash(page);
    await page.getByRole('button', { name: /^(Stop|Cancel)/ }).click();
    await expect(page.getByRole('heading', { name: 'Stopped before the end' })).toBeVisible();
    await page.getByRole('button', { name: /Read the board again|Connect again/ }).click();
    await resumeOrFlash(page);
    expect(firstDifference(await leftWith(page), laid(before, [0x080c0000, data]))).toBeNull();
  },
);

test(
  'the cable pulled and plugged in again: nothing that was to be kept is lost',
  { tag: '@long' },
  async ({ page }) => {
    const before = await open(page, ELECTRON, 4);
    const data = noise(150_000);
    await addFile(page, file('data.bin', data));
    await pick(page, 'OTA', 'decompress');
    await agreeAndFlash(page);
    await expect(page.getByRole('progressbar').first()).toBeVisible();
    await page.getByRole('button', { name: 'Pull the cable' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'Not finished' })).toBeVisible();
    await page.getByRole('button', { name: 'Plug the cable in' }).press('Enter');
    await page.getByRole('button', { name: 'Connect again' }).click();
    await resumeOrFlash(page);
    expect(firstDifference(await leftWith(page), laid(before, [0x080c0000, data]))).toBeNull();
  },
);

const missing = missingTools(...ARM_TOOLS);

test(
  `firmware linked with the page's own regions runs from both sectors${skippedFor(missing)}`,
  { tag: '@long' },
  async ({ page }) => {
    test.skip(missing !== '', missing);
    const board = { platform: 6, user: 0x080a0000 };
    const before = await open(page, PHOTON);
    await page.getByRole('button', { name: /Where can a larger application go/ }).click();
    const regions = (await downloaded(page, /^Save linker regions.*Application \+ extension/)).toString();
    const extension = { address: 0x080e0000, version: 1, wanted: 1, table: 90_000 };
    const elf = await buildApp({ ...board, version: 7, table: 100_000, regions, extension });
    await addFile(page, file('app.elf', elf));
    await agreeAndFlash(page);
    const after = await leftWith(page);
    const untouched = (flash: Uint8Array) =>
      Buffer.concat([flash.subarray(0, 0xa0000), flash.subarray(0xc0000, 0xe0000)]);
    expect(firstDifference(untouched(after), untouched(before))).toBeNull();
    // A Photon's bootloader prints nothing; the proof's prints what it starts.
    const printed = await startInQemu(laid(after, [BASE, await buildBoot(board)]));
    for (const words of [
      'boot: starting user module, version 7',
      'extension: code runs at 0x080',
      "app: extension's picture sums to 8100000",
    ]) {
      expect(printed).toContain(words);
    }
  },
);

test(
  'the layout of an Electron: four ways to grow, the roles of its sectors, and who forbids the rest, at 360 pixels too',
  { tag: '@long' },
  async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('?speed=20#/layout');
    await chooseVirtualBoard(page, ELECTRON);
    const view = page.getByRole('tabpanel', { name: 'Layout' });
    await expect(view.getByRole('img', { name: /: it uses / })).toHaveCount(4);
    await expect(view.getByRole('row', { name: /^0x080A0000 128 KiB factory factory reset/ })).toBeVisible();
    await expect(view.getByRole('row', { name: /the bootloader/ })).toContainText(
      'protects everything below 0x08020000',
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(await complaints(page)).toEqual([]);
  },
);

test('Electron: a sample is tried, flashed and verified; another has outgrown its sector', async ({ page }) => {
  const before = await open(page, ELECTRON);
  await page.getByRole('button', { name: 'Try with user application v7', exact: true }).click();
  await hasPlace(page, /^user/);
  await expect(flashButton(page)).toBeEnabled();
  await expect(page.locator('plan-view').getByRole('checkbox')).toHaveCount(0);
  await flashButton(page).click();
  await expect(page.getByRole('heading', { name: /^user verified/ })).toBeVisible();
  const sample = readFileSync('public/samples/electron-app-v7.bin');
  const after = laid(before, [0x08080000, sample]);
  expect(firstDifference(await leftWith(page), after)).toBeNull();

  await page.getByRole('button', { name: 'Flash another file' }).click();
  await expect(page.getByRole('heading', { name: /^Starts user application v7 from user/ })).toBeVisible();
  await page.getByRole('button', { name: 'Try with user application v7, 160 KiB' }).click();
  await expect(page.getByText(/160 KiB in one piece/).first()).toBeVisible();
  await agreeAndFlash(page);
  await expect(page.getByRole('heading', { name: /verified/ })).toBeVisible();
  expect(
    firstDifference(await leftWith(page), laid(before, [0x08080000, sampleApplication('electron', 'large')])),
  ).toBe(null);
});

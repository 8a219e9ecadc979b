/** Whole journeys through Chromium's own WebUSB, with a virtual board in DFU mode on the bench behind it. */
import { expect as see, type Page } from 'playwright/test';
import { readFileSync } from 'node:fs';
import { addFile, firstDifference, flashButton, choosePlace } from './app.ts';
import { agreeToAll, DISCONNECTED, connectAgain, connectUsb, dataFile, openApp } from './bench/app-page.ts';
import { placeDfu } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { ARM_TOOLS, missingTools, skippedFor } from './missing-tools.ts';
import { buildApp, buildBoot, startInQemu } from './proof/build.ts';

const BASE = 0x0800_0000;
const SECTOR = 0x2_0000;

/** Two sectors of 128 KiB of each board, and their names on the page. The first pair is not adjacent. */
const PLACES = [
  { kind: 'photon', place: DISCONNECTED, names: 'user and factory', sectors: [0x080a_0000, 0x080e_0000], long: false },
  {
    kind: 'stm32f405',
    place: /0x080C0000, 256 KiB/,
    names: 'Internal Flash',
    sectors: [0x080c_0000, 0x080e_0000],
    long: true,
  },
] as const;

for (const { kind, place, names, sectors, long } of PLACES) {
  test(`${kind}: one file over two sectors`, { tag: long ? '@long' : [] }, async ({ bench, launch, baseURL }) => {
    const board = await placeDfu(bench, kind);
    const factory = board.flash.snapshot();
    const data = dataFile(150_000);
    const page = await openApp(launch, baseURL);

    await connectUsb(page);
    await addFile(page, data);
    await choosePlace(page, place);
    await agreeToAll(page);
    const booted = board.board.booted();
    await flashButton(page).click();
    await ended(page, names);

    await booted;
    const wanted = factory.slice();
    for (const [i, address] of sectors.entries()) {
      // What the file leaves of a sector is kept.
      wanted.set(data.buffer.subarray(i * SECTOR, (i + 1) * SECTOR), address - BASE);
    }
    expect(firstDifference(board.beforeStart() ?? factory, wanted)).toBeNull();
    expect(board.violations()).toEqual([]);

    // A person holds the button again: another `USBDevice` appears, and is recognised as the same board.
    const erases = board.flash.totalErases;
    board.board.enterDfu();
    await board.cable.present();
    await connectAgain(page);
    await see(page.getByLabel('Already in')).toBeVisible();
    expect(board.flash.totalErases).toBe(erases);
  });
}

const missing = missingTools(...ARM_TOOLS);

test(
  `a Photon: an application in two sectors, linked with the page’s regions, runs${skippedFor(missing)}`,
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    test.skip(missing !== '', missing);
    const PHOTON = { platform: 6, user: 0x080a_0000 };
    const board = await placeDfu(bench, 'photon');
    // It prints what it starts, which the real one does not.
    board.flash.load(BASE, await buildBoot(PHOTON));
    const page = await openApp(launch, baseURL);
    await connectUsb(page);
    await page.getByText('Where can a larger application go?').click();
    const [script] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Save linker regions ?, Application \+ extension/ }).click(),
    ]);
    const regions = readFileSync(await script.path(), 'utf8');
    const extension = { address: 0x080e_0000, version: 1, wanted: 1, table: 90_000 };
    const elf = await buildApp({ ...PHOTON, version: 1, table: 100_000, regions, extension });
    await addFile(page, { ...dataFile(0), name: 'app.elf', buffer: Buffer.from(elf) });
    await agreeToAll(page);
    const booted = board.board.booted();
    await flashButton(page).click();
    await ended(page, 'user and factory');
    await booted;
    expect(board.flash.erasesPerSector).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    expect(board.violations()).toEqual([]);
    const printed = await startInQemu(board.beforeStart() ?? new Uint8Array(0));
    expect(printed).toContain('boot: starting user module, version 1');
    expect(printed).toContain("app: extension's picture sums to 8100000");
  },
);

async function ended(page: Page, names: string): Promise<void> {
  // A board may be slow: an STM32 takes 15 s.
  await see(page.getByRole('heading', { name: `${names} verified`, exact: true })).toBeVisible({ timeout: 45_000 });
}

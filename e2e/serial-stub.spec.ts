/** A flasher stub that arrives damaged, with Chromium's own Web Serial: uploaded again, or not used. */
import { expect as see, type Page } from 'playwright/test';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { addFile, boardIsRead, firstDifference, flashButton, RECORD_SEQ_2, withUpdate } from './app.ts';
import { connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { NoisyUpload } from './bench/noisy-upload.ts';
import { reached } from './progress.ts';

/** Times faster than silicon: a ROM alone takes minutes at its own pace. */
const SPEED = 40;
/** A small app, because a ROM takes 64 bytes per command. */
const APP = buildAppImage({ project: 'raft-demo', version: '1.5.0', size: 128 * 1024, seed: 31 });

/** How the board is reached, among its details. */
const OWN = 'ROM loader, without the flasher stub: slower';

/** How many uploads arrive damaged, how many there are, and whether the stub runs in the end. */
const JOURNEYS = [
  { title: 'damaged once: it is uploaded again and runs', damaged: 1, uploads: 2, runs: true },
  {
    title: 'damaged each time: the chip’s own loader does the work, and the page says what that means',
    damaged: Infinity,
    uploads: 3,
    runs: false,
  },
] as const;

for (const { title, damaged, uploads, runs } of JOURNEYS) {
  test(title, { tag: '@long' }, async ({ bench, launch, baseURL }) => {
    test.setTimeout(420_000);
    const noise: { line?: NoisyUpload } = {};
    const board = placeEsp(bench, 'esp32-raft', {
      speed: SPEED,
      as: (inner) => (noise.line = new NoisyUpload(inner, damaged)),
    });
    const factory = board.flash.snapshot();
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    // Three uploads at 115200 baud, and then 64 bytes per command.
    await boardIsRead(page);
    expect(noise.line?.uploads).toBe(uploads);

    const said = page.getByText(/^The flasher stub did not start \(attempts: 3\), so the ROM loader is used instead\./);
    await see(said).toHaveCount(runs ? 0 : 1);
    await addFile(page, { name: 'raft-demo.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(APP) });
    // The ROM loader applies a choice without a word of how far it is.
    await reached(flashButton(page), 'enabled', 60_000);
    await flashButton(page).click();
    // Nor is anything told while that reads the board again.
    await reached(page.getByText('The board started app1 (0x1D0000).').first(), 'visible', 60_000);
    await see(page.getByRole('heading', { name: 'app1 verified' })).toBeVisible();
    // Not just for a moment: for as long as the stub is not running.
    await see(said).toHaveCount(runs ? 0 : 1);
    const flashed = board.beforeStart();
    expect(firstDifference(flashed ?? factory, withUpdate(factory, 0x1d0000, RECORD_SEQ_2, APP))).toBeNull();
    expect(board.flash.violations).toEqual([]);
  });
}

/** Waits until the page says that this board's own loader is used, and unfolds where it says so. */
async function saysOwnLoader(page: Page): Promise<void> {
  const own = page.getByText(OWN);
  await see(own).toHaveCount(1, { timeout: 60_000 });
  const details = page.getByRole('button', { name: /^Details/ });
  // They stay open when the board is read again.
  if ((await details.getAttribute('aria-expanded')) === 'false') await details.click();
  await see(own).toBeVisible();
}

test(
  'a person chooses the chip’s own loader: the board is reconnected at once, and uses it the next time too',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    // The damage does not matter: the line is there to count the uploads.
    const noise: { line?: NoisyUpload } = {};
    placeEsp(bench, 'esp32c3-raft', { speed: SPEED, as: (inner) => (noise.line = new NoisyUpload(inner, 0)) });
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    const own = page.getByText(OWN);
    await see(own).toHaveCount(0);
    await page.getByText('Flashing options').click();
    await page.getByLabel('Flasher stub').selectOption('no');
    await saysOwnLoader(page);
    expect(noise.line?.uploads).toBe(1);

    await page.getByRole('button', { name: 'Disconnect' }).click();
    await connectSerial(page);
    // The board's identity, and the setting remembered for it, are known only once it answers.
    await saysOwnLoader(page);
    await see(page.getByText(/Flasher stub: No/)).toBeVisible();
    expect(noise.line?.uploads).toBe(2);

    await page.getByText('Flashing options').click();
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    await see(own).toHaveCount(0, { timeout: 60_000 });
    await boardIsRead(page);
    expect(noise.line?.uploads).toBe(3);
  },
);

/** ESP boards with pyserial, and what it reads from a flash that our page has written. */
import { expect as see } from 'playwright/test';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { addFile, boardIsRead, flashButton, UPDATE } from './app.ts';
import { connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { espClient } from './bench/pyserial.ts';
import { missingTools, skippedFor } from './missing-tools.ts';

const missing = missingTools('pyserial');
const skipped = skippedFor(missing);
test.skip(missing !== '', missing);

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

for (const kind of ['esp32-raft', 'esp32c3-raft'] as const) {
  test(`pyserial resets an ${kind} into its app and into its loader${skipped}`, async ({ bench }) => {
    const { flash } = placeEsp(bench, kind);
    expect(await espClient(bench, '/dev/ttyUSB0', 'boot')).toMatch(/rst:0x1 \(POWERON/);
    const digest = await espClient(bench, '/dev/ttyUSB0', 'md5', '0x8000', '0x1000');
    expect(digest).toBe(md5(flash.read(0x8000, 0x1000)));
  });
}

test(
  `pyserial finds what our page says it wrote, and the board starts it${skipped}`,
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    placeEsp(bench, 'esp32-raft');
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await see(page.getByText('The board started app1 (0x1D0000).').first()).toBeVisible({ timeout: 30_000 });
    await page.context().close();
    await bench.until(
      ({ what }) => what === 'close',
      bench.events.findLastIndex(({ what }) => what === 'open'),
    );

    const update = readFileSync(UPDATE);
    const digest = await espClient(bench, '/dev/ttyUSB0', 'md5', '0x1d0000', String(update.length));
    expect(digest).toBe(md5(update));
    expect(await espClient(bench, '/dev/ttyUSB0', 'boot')).toContain('Loaded app from partition at offset 0x1d0000');
  },
);

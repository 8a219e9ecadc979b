/** What our page has written, read by dfu-util; and what dfu-util has written, read by our page. */
import { expect as see } from 'playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { addFile, firstDifference, flashButton, choosePlace } from './app.ts';
import { agreeToAll, chooseApart, connectUsb, dataFile, openApp } from './bench/app-page.ts';
import { placeDfu } from './bench/boards.ts';
import { dfuUtil } from './bench/dfu-util.ts';
import { expect, test } from './bench/fixture.ts';
import { missingTools, skippedFor } from './missing-tools.ts';
import { reached } from './progress.ts';

const missing = missingTools('dfu-util');
const skipped = skippedFor(missing);
test.skip(missing !== '', missing);

test(
  `dfu-util reads from a Photon what our page says it wrote${skipped}`,
  { tag: '@long' },
  async ({ bench, launch, baseURL }, info) => {
    const board = await placeDfu(bench, 'photon');
    const data = dataFile(200_000);
    const page = await openApp(launch, baseURL);
    await connectUsb(page);
    await addFile(page, data);
    await chooseApart(page);
    await agreeToAll(page);
    const booted = board.board.booted();
    await flashButton(page).click();
    await reached(page.getByRole('heading', { name: 'user and factory verified', exact: true }));
    await booted;
    board.board.enterDfu();
    await board.cable.present();
    const parts = [
      ['0x080A0000:131072', data.buffer.subarray(0, 0x2_0000)],
      [`0x080E0000:${200_000 - 0x2_0000}`, data.buffer.subarray(0x2_0000)],
    ] as const;
    for (const [i, [range, wanted]] of parts.entries()) {
      const out = info.outputPath(`part-${i}.bin`);
      const { code, text } = await dfuUtil(bench, ['-a', '0', '-s', range, '-U', out]);
      expect(code, text).toBe(0);
      expect(firstDifference(readFileSync(out), wanted)).toBeNull();
    }
    expect(board.violations()).toEqual([]);
  },
);

for (const { kind, address, place, long } of [
  { kind: 'photon', address: '0x080C0000', place: /0x080C0000, 256 KiB/, long: false },
  { kind: 'stm32f405', address: '0x080C0000', place: /0x080C0000, 256 KiB/, long: true },
] as const) {
  test(
    `what dfu-util wrote to a ${kind} is there for our page${skipped}`,
    { tag: long ? '@long' : [] },
    async ({ bench, launch, baseURL }, info) => {
      const board = await placeDfu(bench, kind);
      const data = dataFile(150_000, 2);
      const file = info.outputPath('in.bin');
      writeFileSync(file, data.buffer);
      const { code, text } = await dfuUtil(bench, ['-a', '0', '-s', address, '-D', file]);
      expect(code, text).toBe(0);
      const erases = board.flash.totalErases;
      const page = await openApp(launch, baseURL);
      await connectUsb(page);
      await addFile(page, data);
      await choosePlace(page, place);
      await see(page.getByRole('heading', { name: / (is already in|already holds) / })).toBeVisible();
      expect(board.flash.totalErases).toBe(erases);
    },
  );
}

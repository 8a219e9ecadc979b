/** Cables pulled during an operation, with Chromium's own WebUSB. */
import { expect as see } from 'playwright/test';
import { addFile, firstDifference, flashButton } from './app.ts';
import {
  agreeToAll,
  chooseApart,
  connectAgain,
  connectUsb,
  dataFile,
  dfuBoardIsRead,
  openApp,
  saysLost,
  waitsForBoard,
} from './bench/app-page.ts';
import { placeDfu } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { reached } from './progress.ts';

const BASE = 0x0800_0000;

/** What a Photon is doing when its cable is pulled, and how often it has done so since the button was pressed. */
const MOMENTS = [
  { doing: 'erase', k: 2 },
  { doing: 'program', k: 12 },
] as const;

for (const { doing, k } of MOMENTS) {
  test(
    `pulled during ${doing} ${k} of a flash: reported, reconnected, finished`,
    { tag: '@long' },
    async ({ bench, launch, baseURL }) => {
      const board = await placeDfu(bench, 'photon');
      const factory = board.flash.snapshot();
      const data = dataFile(150_000);
      const page = await openApp(launch, baseURL);
      await connectUsb(page);
      await addFile(page, data);
      await chooseApart(page);
      await agreeToAll(page);

      const moment = board.moments.next(doing, k);
      await flashButton(page).click();
      await moment;
      await board.cable.unplug();
      await saysLost(page);

      await connectAgain(page);
      await waitsForBoard(page);
      // The button is held while the cable is plugged in: it is in DFU mode again, as another `USBDevice`.
      board.cable.plug();
      await board.cable.present();
      const resume = page.locator('job-bar').getByRole('button', { name: 'Resume' });
      await reached(resume, 'enabled');
      const booted = board.board.booted();
      await resume.click();
      await booted;
      await reached(page.getByRole('heading', { name: 'user and factory verified', exact: true }));
      const wanted = factory.slice();
      wanted.set(data.buffer.subarray(0, 0x2_0000), 0x080a_0000 - BASE);
      wanted.set(data.buffer.subarray(0x2_0000), 0x080e_0000 - BASE);
      expect(firstDifference(board.beforeStart() ?? factory, wanted)).toBeNull();
      expect(board.violations()).toEqual([]);
    },
  );
}

test('pulled while it is read: reported at once; plugged in again, it is read', async ({ bench, launch, baseURL }) => {
  const board = await placeDfu(bench, 'photon');
  const page = await openApp(launch, baseURL);
  const moment = board.moments.next('read', 5);
  await connectUsb(page);
  await moment;
  await board.cable.unplug();
  await saysLost(page);
  board.cable.plug();
  await board.cable.present();
  await connectUsb(page);
  await dfuBoardIsRead(page);
  expect(board.flash.totalErases).toBe(0);
});

test(
  'pulled while idle: reported, and what was read is no longer shown',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = await placeDfu(bench, 'photon');
    const page = await openApp(launch, baseURL);
    await connectUsb(page);
    await dfuBoardIsRead(page);
    await board.cable.unplug();
    await saysLost(page);
    await see(page.getByRole('heading', { name: /^Internal Flash/ })).toHaveCount(0);
  },
);

/** Cables pulled during an operation, with Chromium's own Web Serial. */
import { expect as see } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  firstDifference,
  flashButton,
  partitionOnMap,
  RECORD_SEQ_2,
  UPDATE,
  useTool,
  withUpdate,
} from './app.ts';
import { connectAgain, connectSerial, openApp, saysLost, waitsForBoard } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { reached } from './progress.ts';

/** What the board is doing when its cable is pulled, how often it has done so before, and for how long it stays pulled. */
const MOMENTS = [
  { doing: 'erase', k: 3, away: 'for a moment', seconds: 0, long: false },
  // By then nobody waits any more for a port that only a reset removed.
  { doing: 'program', k: 40, away: 'for a minute', seconds: 60, long: true },
] as const;

for (const { doing, k, away, seconds, long } of MOMENTS) {
  test(
    `pulled ${away} during ${doing} ${k} of a flash: reported, reconnected, finished`,
    { tag: long ? '@long' : [] },
    async ({ bench, launch, baseURL }) => {
      const board = placeEsp(bench, 'esp32-raft');
      const factory = board.flash.snapshot();
      const page = await openApp(launch, baseURL);
      await page.clock.install();
      await connectSerial(page);
      await boardIsRead(page);
      await addFile(page, UPDATE);
      await reached(flashButton(page), 'enabled');

      const moment = board.moments.next(doing, k);
      await flashButton(page).click();
      await moment;
      await board.unplug();
      await saysLost(page);
      // What starts the board is written last: it would still start the old app.
      expect(firstDifference(board.flash.snapshot().subarray(0, 0x1d0000), factory.subarray(0, 0x1d0000))).toBeNull();

      await page.clock.fastForward(seconds * 1000);
      await connectAgain(page);
      await waitsForBoard(page);
      // After plugging in again the page gets another `SerialPort`, and goes on by itself.
      board.plug();
      const resume = page.locator('job-bar').getByRole('button', { name: 'Resume' });
      await reached(resume, 'enabled');
      await resume.click();
      await reached(page.getByText('The board started app1 (0x1D0000).').first());
      const flashed = board.beforeStart();
      if (flashed === null) throw new Error('the board was not started');
      expect(firstDifference(flashed, withUpdate(factory, 0x1d0000, RECORD_SEQ_2))).toBeNull();
      expect(board.flash.violations).toEqual([]);
    },
  );
}

test(
  'pulled while it is read: reported at once; plugged in again, it is read',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = placeEsp(bench, 'esp32-raft');
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    const moment = board.moments.next('read', 20);
    await useTool(page, 'Read and check the complete apps');
    await moment;
    await board.unplug();
    await saysLost(page);

    board.plug();
    await connectSerial(page);
    await boardIsRead(page);
    expect(board.flash.totalErases).toBe(0);
  },
);

test(
  'pulled while idle: reported, and what was read is no longer shown',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = placeEsp(bench, 'esp32-raft');
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    // The contents are read after the first screen: a read under way would notice by itself.
    await see(partitionOnMap(page, 'fs')).toContainText('found: A LittleFS');
    await board.unplug();
    await saysLost(page);
    await see(page.getByRole('group', { name: 'Flash map' })).toHaveCount(0);
    board.plug();
    await connectSerial(page);
    await boardIsRead(page);
  },
);

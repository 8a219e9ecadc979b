/** Whole journeys through Chromium's own Web Serial, with a virtual board on the bench behind it. */
import { raftDemo150 } from '../src/virtual-boards/esp/firmware/raft-demo.ts';
import { addFile, boardIsRead, firstDifference, flashButton } from './app.ts';
import { connectAgain, connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { reached } from './progress.ts';

const UNIT = 0x1000;

const JOURNEYS = [
  {
    kind: 'esp32-raft',
    over: 'a CP2102N',
    chipId: 0,
    app: 0x1d0000,
    otadata: 0x1f000,
    starts: 'app1 (0x1d0000)',
    long: false,
  },
  {
    kind: 'esp32c3-raft',
    over: 'a CP2102N',
    chipId: 5,
    app: 0x100000,
    otadata: null,
    starts: 'factory (0x100000)',
    long: true,
  },
  // Its port disappears and returns, as another `SerialPort`, when it is reset into its loader and when it starts.
  {
    kind: 'esp32s3-raft',
    over: 'its own USB',
    chipId: 9,
    app: 0x320000,
    otadata: 0x1f000,
    starts: 'app1 (0x320000)',
    long: true,
  },
] as const;

for (const { kind, over, chipId, app, otadata, starts, long } of JOURNEYS) {
  test(
    `${kind} over ${over}: connect, read, flash, verify, start`,
    { tag: long ? '@long' : [] },
    async ({ bench, launch, baseURL }) => {
      // Such a port leaves the bus some tens of ms after the last line change that matters: a race with the host, which is fair
      // only at silicon speed.
      const board = placeEsp(bench, kind, over === 'its own USB' ? { speed: 1 } : {});
      const update = raftDemo150(chipId);
      const factory = board.flash.snapshot();
      const page = await openApp(launch, baseURL);

      await connectSerial(page);
      await boardIsRead(page);
      await addFile(page, { name: 'update.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(update) });
      await flashButton(page).click();
      await reached(page.getByText(`The board started ${starts}.`).first());

      const flashed = board.beforeStart();
      if (flashed === null) throw new Error('the board was not started');
      const wanted = factory.slice();
      wanted.set(update, app);
      // The boot choice is one erase unit, whose record the unit tests check byte by byte.
      if (otadata !== null) wanted.set(flashed.subarray(otadata, otadata + UNIT), otadata);
      expect(firstDifference(flashed, wanted)).toBeNull();
      expect(board.flash.violations).toEqual([]);

      const erases = board.flash.totalErases;
      await connectAgain(page);
      await reached(page.getByLabel('Already in'));
      expect(board.flash.totalErases).toBe(erases);
    },
  );
}

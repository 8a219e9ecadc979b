/** A layout is changed through Chromium's own Web Serial: larger app slots, the settings and the running app kept. */
import { listingOf } from '../src/testing/contents/listing.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../src/virtual-boards/esp/firmware/partition-table.ts';
import { addFile, boardIsRead, firstDifference } from './app.ts';
import { agreeToAll, connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { reached } from './progress.ts';

const FILES = { offset: 0x3c0000, size: 0x40000 };
const PLACES: Readonly<Record<string, { readonly offset: number; readonly size: number }>> = {
  app0: { offset: 0x20000, size: 0x1d0000 },
  app1: { offset: 0x1f0000, size: 0x1d0000 },
  fs: FILES,
};

test(
  'esp32-raft over a CP2102N: both slots grow, the files move into a smaller file system, the rest of the flash stays',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = placeEsp(bench, 'esp32-raft', { speed: 20 });
    const before = board.flash.snapshot();
    const table = buildPartitionTable(RAFT_OTA_ROWS.map((row) => ({ ...row, ...PLACES[row.label] })));
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    await addFile(page, { name: 'partitions.bin', mimeType: 'application/octet-stream', buffer: Buffer.from(table) });
    await agreeToAll(page);
    await page.getByRole('button', { name: 'Change the layout' }).click();
    await reached(page.getByText('The board started app0 (0x20000).').first());
    const after = board.beforeStart();
    if (after === null) throw new Error('the board was not started');
    const wanted = before.slice();
    wanted.set(table, 0x8000);
    // The second slot was blank, and so is it in its new place.
    wanted.fill(0xff, 0x1f0000, 0x1f1000);
    expect(firstDifference(after.subarray(0, FILES.offset), wanted.subarray(0, FILES.offset))).toBeNull();
    const files = await listingOf(before.subarray(0x380000));
    expect(await listingOf(after.subarray(FILES.offset))).toEqual({ ...files, total: FILES.size });
    expect(board.flash.violations).toEqual([]);
  },
);

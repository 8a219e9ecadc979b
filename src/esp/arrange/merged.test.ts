/** Merged images: how they are split, what is written, and what starts. */
import { expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import {
  afterwardsOf,
  bareBootloader,
  boardOf,
  choiceIds,
  kindsOf,
  named,
  place,
  placesFor,
  written,
} from '../../testing/esp/placements.ts';
import { identify } from './identify.ts';
import { readMerged } from './merged.ts';
import { difference } from '../../testing/bytes.ts';

const sound = factoryFlash().snapshot();

test('an image with an invalid table is not split', async () => {
  const board = await boardOf(sound);
  const image = sound.slice();
  image.set(
    buildPartitionTable(RAFT_OTA_ROWS.map((row) => (row.label === 'fs' ? { ...row, offset: 0x370000 } : row))),
    0x8000,
  );
  const file = named('m.bin', image);
  expect(identify(file, board).says).toBe('A merged image with an invalid partition table.');
  expect(kindsOf(place([file], board), board)).toEqual(['merged-refused']);
});

test('data between the parts is not padding and is written with the parts', async () => {
  const board = await boardOf(sound);
  const image = sound.slice();
  image.set([1, 2, 3], 0x7f00);
  image.set([4, 5], 0x8d00);
  image.set([6], 0x200);
  const placements = place([named('m.bin', image)], board);
  expect(placements[0]?.choice?.fits).toBe(true);
  expect(kindsOf(placements, board)).toEqual(['?data-replaced']);
  expect(difference(written(sound, placements, board), image)).toBeNull();
});

test('otadata in the image takes precedence over ours', async () => {
  const second = sound.slice();
  second.set(raftDemo150(), 0x1d0000);
  second.set(buildOtadata({ seq: 1 }, { seq: 2 }), 0x1e000);
  const board = await boardOf(second);
  const placements = place([named('backup.bin', sound.slice())], board);
  expect(afterwardsOf(placements, board)).toMatch(/^The board will start the new app from app0\./);
  const after = written(second, placements, board);
  expect(difference(after.slice(0x1e000, 0x20000), sound.slice(0x1e000, 0x20000))).toBeNull();
});

test('the board’s data is kept if a person chooses that, and the new app starts all the same', async () => {
  const second = sound.slice();
  second.set(raftDemo150(), 0x1d0000);
  second.set(buildOtadata({ seq: 1 }, { seq: 2 }), 0x1e000);
  const board = await boardOf(second);
  const file = named('m.bin', sound.slice());
  const choices = placesFor(file, [file], board);
  expect(choices.find(({ id }) => id === 'merged-programs')).toMatchObject({
    name: 'Keep the board’s data',
    why: 'writes bootloader, partition table, app0; nvs, otadata, fs stay as on the board; otadata is set to start app0',
  });
  const placements = place([file], board, { 'm.bin': 'merged-programs' });
  expect(kindsOf(placements, board)).toEqual([]);
  const after = written(second, placements, board);
  expect(difference(after.slice(0x9000, 0x1e000), second.slice(0x9000, 0x1e000))).toBeNull();
  expect(difference(after.slice(0x380000), second.slice(0x380000))).toBeNull();
  expect((await boardOf(after)).esp.prediction.boots?.name).toBe('app0');
});

test('keeping the data is not offered if there is none on the board', async () => {
  const blank = await boardOf(sound.slice().fill(0xff, 0x9000, 0x20000).fill(0xff, 0x380000));
  expect(choiceIds(placesFor(named('m.bin', sound.slice()), [], blank))).toEqual(['merged-parts', 'merged-everything']);
});

test('otadata is not written if the board starts the app anyway', async () => {
  const blank = sound.slice().fill(0xff, 0x1e000, 0x20000);
  const board = await boardOf(blank);
  const image = sound.slice(0, 0x200000).fill(0xff, 0x9000, 0x20000);
  const after = written(blank, place([named('m.bin', image)], board), board);
  expect(difference(after, blank)).toBeNull();
});

test('an image without gaps is not offered with padding', async () => {
  const board = await boardOf(sound);
  const image = sound.slice(0x1000, 0x8c00);
  const bootloader = bareBootloader(0x7000);
  // The trailing FF must not be taken for padding.
  expect(bootloader.at(-1)).toBe(0xff);
  image.set(bootloader);
  expect(choiceIds(placesFor(named('m.bin', image), [], board))).toEqual(['merged-parts']);
});

test('a table other than the board’s raises the question about lost partitions', async () => {
  const smaller = sound.slice(0, 0x9000);
  smaller.set(buildPartitionTable(RAFT_OTA_ROWS.slice(0, 3)), 0x8000);
  const board = await boardOf(sound);
  expect(kindsOf(place([named('m.bin', smaller)], board), board)).toEqual(['?partitions-lost']);
});

test('data after the last partition is written too, and a blank end is padding', async () => {
  const board = await boardOf(sound);
  const image = sound.slice(0, 0x391000).fill(0xff, 0x380000);
  image.set(buildPartitionTable(RAFT_OTA_ROWS.slice(0, 4)), 0x8000);
  const parts = () => place([named('m.bin', image.slice())], board);
  expect(difference(written(sound, parts(), board).slice(0x9000), sound.slice(0x9000))).toBeNull();
  image.set([7, 8, 9], 0x390000);
  const wanted = sound.slice(0x9000);
  wanted.set([7, 8, 9], 0x390000 - 0x9000);
  expect(difference(written(sound, parts(), board).slice(0x9000), wanted)).toBeNull();
});

test('a table as far from its usual address as projects move it is found on the board and in its image alike', async () => {
  const rows = RAFT_OTA_ROWS.flatMap((row) =>
    row.label === 'nvs' || row.label === 'otadata' ? [] : [{ ...row, offset: row.offset + 0x10000 }],
  ).map((row) => (row.label === 'fs' ? { ...row, size: 0x70000 } : row));
  const moved = sound.slice(0, 0x390000).fill(0xff, 0x8000);
  moved.set(buildPartitionTable(rows), 0x20000);
  moved.set(raftDemo150(), 0x30000);
  const board = await boardOf(moved);
  expect(board.esp.table.address).toBe(0x20000);
  const other = await boardOf(sound);
  expect(readMerged(named('whole.bin', moved), other)).toMatchObject({ base: 0, table: { address: 0x20000 } });
});

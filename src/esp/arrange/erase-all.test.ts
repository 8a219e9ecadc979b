/** Erasing everything outside the files. */
import { expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { APP, bootloader, SAME_TABLE, signing, SOUND } from '../../testing/rules/samples.ts';
import { ERASE } from '../board/setting-ids.ts';
import {
  arranged,
  afterwardsOf,
  boardOf,
  checkFiles,
  encrypting,
  imageOf,
  place,
  written,
} from '../../testing/esp/placements.ts';
import { difference } from '../../testing/bytes.ts';

const ALL = { [ERASE]: 'all' };
const blank = (size = 0x400000) => new Uint8Array(size).fill(0xff);

test('without files the whole flash is blank afterwards, and nothing starts', async () => {
  const board = await boardOf(SOUND, { chosen: ALL });
  expect(difference(written(SOUND, [], board), blank())).toBeNull();
  expect(afterwardsOf([], board)).toMatch(
    /^Afterwards nothing starts: the bootloader or the partition table is erased/,
  );
});

test('with files, the flash contains only these afterwards, and the app starts', async () => {
  const board = await boardOf(SOUND, { chosen: ALL });
  const files = [bootloader(4), SAME_TABLE, APP];
  const placements = place(files, board, { 'app.bin': 'app0@131072' });
  const wanted = blank();
  for (const [at, file] of [0x1000, 0x8000, 0x20000].map((at, i) => [at, files[i]] as const)) {
    wanted.set(file?.data ?? [], at);
  }
  expect(difference(written(SOUND, placements, board), wanted)).toBeNull();
  expect(afterwardsOf(placements, board)).toBe('The board will start the new app from app0.');
  expect(arranged(placements, board).content.kind).toBe('image');
});

test('for an app alone, it is said that nothing starts', async () => {
  const board = await boardOf(SOUND, { chosen: ALL });
  expect(afterwardsOf(place([APP], board), board)).toMatch(/^Afterwards nothing starts:/);
});

test('blanks for 16 MiB of flash share one small buffer', async () => {
  const board = await boardOf(factoryFlash({ flashMegabytes: 16 }).snapshot(), { chosen: ALL });
  const buffers = new Set(imageOf([], board).map(({ data }) => data.buffer));
  expect([...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(0x20000);
});

test('with secure boot the bootloader is kept, as nothing could replace it', async () => {
  const board = await boardOf(SOUND, { chosen: ALL, security: signing('v2') });
  const wanted = blank();
  wanted.set(SOUND.subarray(0, 0x8000));
  expect(difference(written(SOUND, [], board), wanted)).toBeNull();
});

test('the question lists what is lost, with addresses', async () => {
  const board = await boardOf(SOUND, { chosen: ALL });
  expect(checkFiles([], board).map(({ says }) => says)).toEqual([
    'Everything outside the chosen files is erased: bootloader, 0x1000, 28 KiB; partition table, 0x8000, 4 KiB; ' +
      'nvs, 0x9000, 84 KiB; otadata, 0x1E000, 8 KiB; app0, 0x20000, 1728 KiB; fs, 0x380000, 512 KiB.',
  ]);
});

test('with flash encryption, blank flash is written unencrypted', async () => {
  const board = await boardOf(SOUND, { chosen: ALL, security: encrypting('allowed') });
  expect(imageOf([], board).every(({ blank: only }) => only === true)).toBe(true);
});

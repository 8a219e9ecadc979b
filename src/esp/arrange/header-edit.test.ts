/** A changed flash size, mode or frequency in a bootloader header gives the same bytes as a build with these settings. */
import { describe, expect, test } from 'vitest';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { APP, bootloader, edited, signing, SMALL_HEADER, SOUND } from '../../testing/rules/samples.ts';
import { ERASE, HEADER_FREQUENCY, HEADER_MODE, HEADER_SIZE } from '../board/setting-ids.ts';
import {
  afterwardsOf,
  boardOf,
  encrypting,
  imageOf,
  kindsOf,
  named,
  place,
  written,
} from '../../testing/esp/placements.ts';
import { difference } from '../../testing/bytes.ts';
import { LONG } from '../../testing/long.ts';

describe('a bootloader among the files', () => {
  test.each<[string, Record<string, string>, Parameters<typeof buildBootloaderImage>[0]]>([
    ['size', { [HEADER_SIZE]: '4MB' }, { flashMegabytes: 4 }],
    ['mode', { [HEADER_MODE]: 'dout' }, { flashMegabytes: 2, mode: 3 }],
    ['frequency', { [HEADER_FREQUENCY]: '80m' }, { flashMegabytes: 2, frequency: 15 }],
    [
      'all three',
      { [HEADER_SIZE]: '4MB', [HEADER_MODE]: 'dout', [HEADER_FREQUENCY]: '20m' },
      { flashMegabytes: 4, mode: 3, frequency: 2 },
    ],
    ['nothing', { [HEADER_SIZE]: 'keep', [HEADER_MODE]: 'dio' }, { flashMegabytes: 2 }],
    ['what this chip has not', { [HEADER_FREQUENCY]: '48m', [HEADER_SIZE]: '16MB' }, { flashMegabytes: 2 }],
  ])('%s', async (_, chosen, built) => {
    const board = await boardOf(SOUND, { chosen });
    const after = written(SOUND, place([bootloader(2)], board), board);
    const wanted = edited(SOUND, (copy) => copy.set(buildBootloaderImage(built), 0x1000));
    expect(difference(after, wanted)).toBeNull();
  });

  test('in a merged image, with or without its padding', async () => {
    const board = await boardOf(SOUND, { chosen: { [HEADER_SIZE]: '4MB' } });
    for (const choice of ['merged-parts', 'merged-everything']) {
      const files = [named('m.bin', SMALL_HEADER.slice())];
      const placements = place(files, board, { 'm.bin': choice });
      expect(kindsOf(placements, board)).toEqual(['?data-replaced']);
      expect(difference(written(SMALL_HEADER, placements, board), SOUND)).toBeNull();
    }
  });

  test('with a hash that another tool left wrong gets a correct one', async () => {
    const board = await boardOf(SOUND, { chosen: { [HEADER_SIZE]: '4MB' } });
    const careless = edited(bootloader(4).data, (copy) => copy.set([0x10], 3));
    const after = written(SOUND, place([named('bootloader.bin', careless)], board), board);
    expect(difference(after, SOUND)).toBeNull();
  });

  test('is not changed with secure boot', async () => {
    const board = await boardOf(SOUND, { security: signing('v2'), chosen: { [HEADER_SIZE]: '4MB' } });
    const after = written(SOUND, place([bootloader(2)], board), board);
    const wanted = edited(SOUND, (copy) => copy.set(bootloader(2).data, 0x1000));
    expect(difference(after, wanted)).toBeNull();
  });
});

describe('the bootloader on the board', () => {
  test('with a header for 2 MB on 4 MB of flash is corrected without any file', async () => {
    const board = await boardOf(SMALL_HEADER, { chosen: { [HEADER_SIZE]: '4MB' } });
    expect(kindsOf([], board)).toEqual([]);
    expect(imageOf([], board).map(({ address, data }) => [address, data.length])).toEqual([
      [0x1002, 2],
      [expect.any(Number), 32],
    ]);
    expect(difference(written(SMALL_HEADER, [], board), SOUND)).toBeNull();
    expect(afterwardsOf([], board)).toBe(
      'If the board loses power while its bootloader is written, it may not start: connect it here again and resume. ' +
        'The board will start app0. ' +
        'Afterwards otadata entry 1 is the only valid one, with sequence number 1, which selects app0 (ota_0).',
    );
  });

  test('with a header for 4 MB on 16 MB of flash is corrected too', LONG, async () => {
    const flash = factoryFlash({ flashMegabytes: 16, headerMegabytes: 4 }).snapshot();
    const board = await boardOf(flash, { chosen: { [HEADER_SIZE]: '16MB' } });
    expect(difference(written(flash, [], board), factoryFlash({ flashMegabytes: 16 }).snapshot())).toBeNull();
  });

  test('is changed along with an app, and then the table is not refused', async () => {
    const board = await boardOf(SMALL_HEADER, { chosen: { [HEADER_SIZE]: '4MB' } });
    const placements = place([APP], board);
    expect(kindsOf(placements, board)).toEqual([]);
    expect(afterwardsOf(placements, board)).toMatch(/The board will start the new app from app1\.$/);
  });

  test.each<[string, Uint8Array, Parameters<typeof boardOf>[1]]>([
    ['nothing is chosen', SMALL_HEADER, {}],
    ['it says so already', SOUND, { chosen: { [HEADER_SIZE]: '4MB' } }],
    ['there is none', edited(SOUND, (f) => f.fill(0xff, 0x1000, 0x8000)), { chosen: { [HEADER_SIZE]: '4MB' } }],
    [
      'it is damaged',
      edited(SMALL_HEADER, (f) => f.set([0xff, 0xff, 0xff], 0x101c)),
      { chosen: { [HEADER_SIZE]: '4MB' } },
    ],
    ['secure boot is on', SMALL_HEADER, { security: signing('v1'), chosen: { [HEADER_SIZE]: '4MB' } }],
    ['it is encrypted', SMALL_HEADER, { security: encrypting('allowed'), chosen: { [HEADER_SIZE]: '4MB' } }],
    ['it cannot be read', SMALL_HEADER, { locked: true, chosen: { [HEADER_SIZE]: '4MB' } }],
  ])('is not changed if %s', async (_, flash, identity) => {
    expect(imageOf([], await boardOf(flash, identity))).toEqual([]);
  });

  test('is not changed if it is erased', async () => {
    const board = await boardOf(SMALL_HEADER, { chosen: { [HEADER_SIZE]: '4MB', [ERASE]: 'all' } });
    expect(imageOf([], board).every(({ blank }) => blank === true)).toBe(true);
  });
});

/** Files whose container gives an address, and merged images that start at any address. */
import { beforeAll, describe, expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import {
  APP,
  appWith,
  at,
  bootloader,
  edited,
  flashWith,
  otadata,
  rowsWith,
  SAME_TABLE,
  SOUND,
  tableWith,
} from '../../testing/rules/samples.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { EspInspection } from '../board/inspection.ts';
import { boardOf, kindsOf, named, place, placesFor, textFile, written } from '../../testing/esp/placements.ts';
import { identify } from './identify.ts';
import { difference, noise } from '../../testing/bytes.ts';

let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(SOUND);
});

describe('a typed address', () => {
  const typed = (address: number, file: ReturnType<typeof named>) => ({ ...file, at: address, typed: true as const });

  test.each([
    ['data in the middle of a partition', typed(0x390000, named('d.bin', noise(0x1000))), 'fs, from 0x390000 on'],
    ['text in a gap', typed(0, textFile('motd.txt', 'hello '.repeat(99))), 'the gap at 0x0'],
    ['an app in the other slot', typed(0x1d0000, APP), 'app1, and start it'],
  ])('%s goes there, and the words say who gave the address', (_, file, name) => {
    const [first] = placesFor(file, [file], board);
    expect(first).toMatchObject({
      address: file.at,
      name,
      fits: true,
      why: expect.stringMatching(/^the address that you typed/),
    });
  });

  test('beyond the flash it is no place', () => {
    const file = typed(0x400000, named('d.bin', noise(0x1000)));
    expect(placesFor(file, [file], board)[0]).toMatchObject({ fits: false });
  });

  test('is a choice, as that of a place from the list is: what a build brings along is asked about', () => {
    const asked = (file: ReturnType<typeof named>) => kindsOf(place([file], board), board);
    const files = named('fs.bin', buildLittleFs(0x80000));
    expect(asked(at(0x380000, files))).toEqual(['?data-replaced']);
    expect(asked(typed(0x380000, files))).toEqual([]);
  });
});

describe('a container’s address', () => {
  const CASES: readonly (readonly [string, ReturnType<typeof at>, string, string])[] = [
    ['an app in the slot that starts now', at(0x20000, APP), 'app0@131072', 'app0'],
    ['an app in the other slot', at(0x1d0000, APP), 'app1@1900544+start', 'app1, and start it'],
    ['an app in the file system’s place', at(0x380000, appWith({ size: 0x4000 })), 'at@3670016', 'fs'],
    ['a bootloader', at(0x1000, bootloader(4)), 'bootloader', 'bootloader'],
    ['a bootloader, by another chip’s address', at(0, bootloader(4)), 'bootloader', 'bootloader'],
    ['a table', at(0x8000, SAME_TABLE), 'table@32768', 'partition table'],
    ['a boot choice', at(0x1e000, otadata(1)), 'otadata@122880', 'otadata'],
    ['a file system', at(0x380000, named('fs.bin', buildLittleFs(0x80000))), 'fs@3670016', 'fs'],
    ['data, which has no place of its own', at(0x380000, named('d.bin', noise(0x1000))), 'fs@3670016', 'fs'],
    [
      'data in the middle of a partition',
      at(0x390000, named('d.bin', noise(0x1000))),
      'at@3735552',
      'fs, from 0x390000 on',
    ],
    ['data in a gap', at(0, named('d.bin', noise(0x100))), 'at@0', 'the gap at 0x0'],
    [
      'text, which alone would be no firmware',
      at(0x380000, textFile('motd.txt', 'hello '.repeat(99))),
      'fs@3670016',
      'fs',
    ],
  ];
  test.each(CASES)('%s: this place comes first, all others are by hand', (_, file, id, name) => {
    const choices = placesFor(file, [file], board);
    expect([choices[0]?.id, choices[0]?.name, choices[0]?.byHand]).toEqual([id, name, undefined]);
    const elsewhere = choices.filter(({ address }) => address !== choices[0]?.address);
    expect(elsewhere.filter(({ byHand }) => byHand !== true)).toEqual([]);
    expect(kindsOf(place([file], board), board).filter((kind) => !kind.startsWith('?'))).toEqual([]);
  });

  test('a whole build is placed at its addresses', () => {
    const files = [at(0x1000, bootloader(4)), at(0x8000, SAME_TABLE), at(0x1e000, otadata(1)), at(0x20000, APP)];
    const placements = place(files, board);
    // Another slot has room, so the running app need not be replaced.
    expect(kindsOf(placements, board)).toEqual(['?running-app-replaced']);
    const after = written(SOUND, placements, board);
    expect(difference(after.slice(0x20000, 0x20000 + APP.data.length), APP.data)).toBeNull();
  });

  test('a table at the moved address of its build is read for that address and used for the layout', () => {
    const moved = tableWith('nvs', { offset: 0xa000, size: 0x14000 });
    const files = [at(0x1000, bootloader(4)), at(0x9000, moved)];
    const placements = place(files, board);
    expect(placements[1]?.choice?.address).toBe(0x9000);
    expect(kindsOf(placements, board)).toEqual(['?partitions-lost']);
  });

  test('a file that extends past the flash is refused', () => {
    const file = at(0x3ff000, appWith({ size: 0x5000 }));
    const [first] = placesFor(file, [file], board);
    expect([first?.id, first?.fits]).toEqual(['at@4190208', false]);
    expect(kindsOf(place([file], board), board)).toEqual(['file-past-flash']);
  });
});

describe('a merged image that starts at', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['the bootloader', 0x1000],
    ['the partition table', 0x8000],
    ['0x4000, in the middle of the bootloader', 0x4000],
  ])('%s', (_, base) => {
    const file = named('m.bin', SOUND.slice(base));
    expect(identify(file, board)).toMatchObject({ is: 'merged', merged: { base } });
    const placements = place([file], board);
    expect(kindsOf(placements, board)).toEqual(['?data-replaced']);
    expect(difference(written(SOUND, placements, board), SOUND)).toBeNull();
  });

  test('the table, followed only by apps', () => {
    const file = named(
      'm.bin',
      edited(SOUND.slice(0x8000, 0x200000), (data) => data.fill(0xff, 0x1000, 0x18000)),
    );
    const what = identify(file, board);
    expect(what.says).toBe('A merged image with partition table, app0.');
    expect(difference(written(SOUND, place([file], board), board), SOUND)).toBeNull();
  });

  test('the bootloader of another chip, recognised by the addresses of table and app', async () => {
    const s3 = factoryFlash({ chip: 'ESP32-S3' }).snapshot();
    expect(identify(named('s3.bin', s3.slice()), board)).toMatchObject({ is: 'merged', merged: { base: 0 } });
    const own = await boardOf(s3, { chip: 'ESP32-S3', revision: '0' });
    expect(identify(named('s3.bin', s3.slice()), own)).toMatchObject({ is: 'merged', merged: { base: 0 } });
  });

  test('0, with a moved table', () => {
    const table = buildPartitionTable(rowsWith('nvs', { offset: 0xb000, size: 0x13000 }));
    const flash = flashWith((f) => f.fill(0xff, 0x8000, 0x9000).set(table, 0xa000));
    expect(identify(named('m.bin', flash), board)).toMatchObject({
      is: 'merged',
      merged: { base: 0, table: { address: 0xa000 } },
    });
  });

  test('the address that its container gives, although its content does not show it', () => {
    const file = at(0x8000, named('m.bin', SOUND.slice(0x8000, 0x1e000)));
    expect(identify(file, board)).toMatchObject({ is: 'merged', merged: { base: 0x8000 } });
    expect(identify(named('m.bin', file.data), board).is).not.toBe('merged');
  });
});

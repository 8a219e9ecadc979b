/** Files for another chip than the board's: every sentence names both chips. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import {
  buildPartitionTable,
  IDF_TWO_OTA_ROWS,
  RAFT_OTA_ROWS,
} from '../../virtual-boards/esp/firmware/partition-table.ts';
import { elfFile, pattern, source } from '../../testing/esp/archives.ts';
import { afterwardsOf, boardOf, checkFiles, kindsOf, named, place, placesFor } from '../../testing/esp/placements.ts';
import type { EspInspection } from '../board/inspection.ts';
import { unpackEsp } from '../import/unpack.ts';
import { identify } from './identify.ts';

const flash = factoryFlash().snapshot();
let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
});

/** An image for the ESP8266: eight bytes of header, then the first segment. `v2`: flash-mapped code comes first. */
function esp8266Image(form: 'v1' | 'v2' = 'v1'): Uint8Array {
  const data = pattern(0x10000, 7);
  const view = new DataView(data.buffer);
  data.set(form === 'v1' ? [0xe9, 1, 2, 0x40] : [0xea, 4, 2, 0x40]);
  view.setUint32(4, 0x4010f29c, true);
  view.setUint32(8, form === 'v1' ? 0x4010f000 : 0, true);
  view.setUint32(12, 0x568, true);
  return data;
}

describe('an image for the ESP8266', () => {
  test.each(['v1', 'v2'] as const)('in form %s is refused on an ESP32, naming both chips', (form) => {
    const file = named('sonoff.bin', esp8266Image(form));
    expect(identify(file, board)).toMatchObject({ kind: 'app', says: 'An image for the ESP8266.', findings: [] });
    expect(checkFiles(place([file], board), board).map(({ kind, says }) => [kind, says])).toEqual([
      ['wrong-chip', 'sonoff.bin is for the ESP8266, but this board has an ESP32.'],
    ]);
  });

  test('at the address that its manifest gives is refused for its chip alone, and starts nothing', () => {
    const placed = place([{ ...named('sonoff.bin', esp8266Image()), at: 0 }], board);
    expect(kindsOf(placed, board)).toEqual(['wrong-chip']);
    expect(afterwardsOf(place([named('sonoff.bin', esp8266Image())], board), board)).not.toContain('new app');
  });

  test('is no bootloader, however small', () => {
    const file = named('eboot.bin', esp8266Image().subarray(0, 0x800));
    expect(identify(file, board)).toMatchObject({ kind: 'app', says: 'An image for the ESP8266.' });
  });

  test('found in an app partition is described as one', async () => {
    const foreign = flash.slice();
    foreign.set(esp8266Image(), 0x20000);
    const there = await boardOf(foreign);
    expect(there.contents.find(({ address }) => address === 0x20000)?.says).toBe('An image for the ESP8266.');
    const [choice] = placesFor(named('app.bin', flash.slice(0x20000, 0x40000)), [], there);
    expect(choice?.why).toBe('currently an image for the ESP8266; the board will start it');
  });

  test('is firmware on an ESP8266', async () => {
    const own = await boardOf(flash, { chip: 'ESP8266' });
    const file = named('sonoff.bin', esp8266Image());
    expect(identify(file, own).says).toBe('Most likely firmware for the ESP8266, 64 KiB.');
    expect(kindsOf(place([file], own), own)).toEqual([]);
  });

  test('in an ELF file is left out, naming both chips', async () => {
    const sections = [
      { name: '.data', address: 0x3ffe8000, data: pattern(64, 1) },
      { name: '.irom0.text', address: 0x40201010, data: pattern(64, 2) },
      { name: '.text', address: 0x40100000, data: pattern(64, 3) },
    ];
    const elf = source('sonoff.elf', elfFile({ sections, entry: 0x40100000 }));
    expect((await unpackEsp([elf], board)).left).toEqual([
      { name: 'sonoff.elf', why: 'by its addresses for the ESP8266, but this board has an ESP32' },
    ]);
    const own = await boardOf(flash, { chip: 'ESP8266' });
    expect((await unpackEsp([elf], own)).left).toEqual([
      { name: 'sonoff.elf', why: 'ELF files for the ESP8266 are not converted: use the .bin file of the build' },
    ]);
  });
});

test('a damaged image for another known chip is refused for its chip, not for the damage', () => {
  const app = flash.slice(0x20000, 0x40000);
  app[12] = 5;
  expect(kindsOf(place([named('c3.bin', app)], board), board)).toEqual(['wrong-chip']);
  expect(placesFor(named('c3.bin', app), [], board).length).toBeGreaterThan(0);
});

/** The first 64 KiB of a merged image for an ESP32-C3, whose bootloader comes first. */
function c3Front(table = buildPartitionTable(IDF_TWO_OTA_ROWS)): Uint8Array {
  const data = new Uint8Array(0x10000).fill(0xff);
  data.set(buildBootloaderImage({ flashMegabytes: 4, chipId: 5 }));
  data.set(table, 0x8000);
  data.set(buildOtadata({ seq: 1 }, null), 0xd000);
  return data;
}

describe('the front of a merged image for an ESP32-C3', () => {
  test.each([
    ['without an address', {}],
    ['at the address that its manifest gives', { at: 0 }],
  ])('%s is refused on an ESP32 for its chip, and placed at 0', (_, at) => {
    const file = { ...named('front.bin', c3Front()), ...at };
    expect(checkFiles(place([file], board), board)[0]?.says).toBe(
      'front.bin is for the ESP32-C3, but this board has an ESP32.',
    );
    for (const { address, why } of placesFor(file, [], board)) {
      expect(address).toBe(0);
      expect(why).toMatch(/^writes bootloader, partition table[,;] |^the padding erases /);
    }
  });

  test('with an invalid table is refused for its chip too, and offers nothing to write', () => {
    const rows = RAFT_OTA_ROWS.map((row) => (row.label === 'fs' ? { ...row, offset: 0x370000 } : row));
    const file = named('front.bin', c3Front(buildPartitionTable(rows)));
    expect(kindsOf(place([file], board), board)).toEqual(['wrong-chip']);
    expect(placesFor(file, [], board)).toEqual([]);
  });
});

test('another chip’s bootloader on the board is none for this chip', async () => {
  const foreign = flash.slice();
  foreign.set(c3Front().subarray(0, 0x7000), 0x1000);
  const { boot, contents, findings } = await boardOf(foreign);
  expect(boot).toMatchObject({
    partition: null,
    says: 'Nothing starts: there is no ESP32 bootloader where the chip looks for it, at 0x1000, but a bootloader for the ESP32-C3.',
  });
  expect(contents.find(({ address }) => address === 0x1000)?.says).toBe(
    'No bootloader for this chip. A bootloader for the ESP32-C3 and 4 MiB of flash, made with ESP-IDF v5.3.1.',
  );
  expect(findings.map(({ kind }) => kind)).toContain('bootloader-missing');
});

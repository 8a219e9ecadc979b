/** Files for another chip than the board's: every sentence names both chips. */
import { beforeAll, describe, expect, test } from 'vitest';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { elfFile, pattern, source } from '../../testing/esp/archives.ts';
import { boardOf, checkFiles, kindsOf, named, place, placesFor } from '../../testing/esp/placements.ts';
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

  test('is no bootloader, however small', () => {
    const file = named('eboot.bin', esp8266Image().subarray(0, 0x800));
    expect(identify(file, board)).toMatchObject({ kind: 'app', says: 'An image for the ESP8266.' });
  });

  test('found in an app partition is described as one', async () => {
    const foreign = flash.slice();
    foreign.set(esp8266Image(), 0x20000);
    const { contents } = await boardOf(foreign);
    expect(contents.find(({ address }) => address === 0x20000)?.says).toBe('An image for the ESP8266.');
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

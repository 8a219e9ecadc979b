/** Files for a linker and a compiler. */
import { describe, expect, test } from 'vitest';
import { ELECTRON } from '../particle/profiles/electron.ts';
import { PHOTON } from '../particle/profiles/photon.ts';
import { dataHeader, linkerFiles } from './linker.ts';

describe('linker regions', () => {
  test('of a Photon’s extended application', () => {
    const [split] = linkerFiles(PHOTON);
    expect(split).toMatchObject({
      name: 'photon-split.ld',
      label: 'linker regions, application + extension in the factory slot',
    });
    expect(split?.data).toMatch(/APP_FLASH \(rx\) : ORIGIN = 0x080A0000, LENGTH = 128K/);
    expect(split?.data).toMatch(/EXT_FLASH \(rx\) : ORIGIN = 0x080E0000, LENGTH = 128K/);
    expect(split?.data).toMatch(/KEEP\(\*\(\.extension_header\)\)[^]*> EXT_FLASH/);
  });

  test('say where it is described how to build for them', () => {
    for (const { data } of [...linkerFiles(PHOTON), ...linkerFiles(ELECTRON)]) {
      expect(data).toContain(
        'the page help.html#extension of Sectorwise, which is\n   docs/extension.md in its source.',
      );
    }
  });

  test('of every layout of an Electron', () => {
    expect(linkerFiles(ELECTRON).map(({ name, data }) => [name, /EXT_FLASH/.test(String(data))])).toEqual([
      ['electron-split.ld', true],
      ['electron-split-decompress.ld', true],
      ['electron-contiguous.ld', false],
      ['electron-monolithic.ld', false],
    ]);
  });
});

describe('a C header for data', () => {
  test.each([
    ['pictures.bin', 'PICTURES_BIN'],
    ['a/b/7 segments.raw', 'DATA_7_SEGMENTS_RAW'],
    ['*/ #include <x>', 'INCLUDE_X'],
    ['…', 'DATA_'],
  ])('%s is %s', (name, macro) => {
    const { data } = dataHeader([{ name, address: 0x080e0000, size: 10 }]);
    expect(data).toContain(`#define ${macro}_ADDRESS 0x080E0000u`);
    expect(String(data).match(/\*\//g)).toHaveLength(2);
  });

  test('two files of the same name get two macros', () => {
    const places = [1, 2].map((size) => ({ name: 'a.bin', address: 0x080e0000, size }));
    expect(dataHeader(places).data).toMatch(/A_BIN_SIZE 1u[^]*A_BIN_2_SIZE 2u/);
  });
});

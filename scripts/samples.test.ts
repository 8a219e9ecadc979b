import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factoryFlash } from '../src/virtual-boards/esp/firmware/factory.ts';
import { identify } from '../src/esp/arrange/identify.ts';
import { boardOf } from '../src/testing/esp/placements.ts';
import { source } from '../src/testing/esp/archives.ts';
import { unpackEsp } from '../src/esp/import/unpack.ts';
import { sampleFiles } from './sample-files.ts';

describe('public/samples', () => {
  const files = sampleFiles();

  it('holds exactly the bytes that `npm run samples` builds', () => {
    for (const [name, bytes] of files) {
      expect(Buffer.compare(readFileSync(`public/samples/${name}`), bytes), `${name}: run npm run samples`).toBe(0);
    }
  });

  it('holds nothing else, and stays below 1 MB', () => {
    expect(readdirSync('public/samples').sort()).toEqual([...files.keys()].sort());
    expect([...files.values()].reduce((sum, bytes) => sum + bytes.length, 0)).toBeLessThan(1_000_000);
  });

  it('is described in the README, file by file', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect([...files.keys()].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    ['raft-demo-1.5.0.bin', null, ['app']],
    ['hello-s3.bin', null, ['app']],
    ['blinky.hex', 'Intel HEX', ['app 0x20000']],
    ['blinky.uf2', 'UF2', ['app 0x20000']],
    ['blinky.elf', 'ELF file', ['app']],
    [
      'blinky-idf-build.zip',
      'ESP-IDF build',
      ['bootloader 0x1000', 'partition table 0x8000', 'boot choice 0x1e000', 'app 0x20000'],
    ],
    [
      'blinky-too-large-build.zip',
      'ESP-IDF build',
      ['bootloader 0x1000', 'partition table 0x8000', 'boot choice 0x1e000', 'app 0x20000'],
    ],
    ['blinky-web-tools.zip', 'ESP Web Tools manifest', ['app 0x20000']],
  ])('%s is what its name says, for the virtual ESP32', async (name, container, expected) => {
    const board = await boardOf(factoryFlash().snapshot());
    const unpacked = await unpackEsp([source(name, files.get(name) ?? new Uint8Array())], board);
    const parts = unpacked.parts.map((part) => {
      return `${identify(part, board).kind}${part.at === undefined ? '' : ` 0x${part.at.toString(16)}`}`;
    });
    expect([unpacked.container, parts]).toEqual([container, expected]);
  });
});

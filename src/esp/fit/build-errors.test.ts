import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { cases } from '../../testing/cases.ts';
import { MESSAGES, readBuildError } from './build-errors.ts';

const KIB = 1024;
const app = (size: number) => ({ for: 'app', size, slots: 'every' });

/** Messages as they stand in reports and logs of others. */
const FITS: readonly (readonly [from: string, text: string, room: unknown, says: RegExp])[] = [
  [
    'ESP-IDF with one app partition',
    `Error: app partition is too small for binary app.bin size 0x1a0000:
  - Part 'factory' 0/0 @ 0x10000 size 0x100000 (overflow 0xa0000)`,
    app(0x1a0000),
    /^app\.bin is 1664 KiB\. factory at 0x10000 has 1 MiB: 640 KiB too little\./,
  ],
  [
    // https://github.com/78/xiaozhi-esp32/issues/1494
    'ESP-IDF with two slots',
    `Error: All app partitions are too small for binary xiaozhi.bin size 0x383110:
  - Part 'ota_0' 0/16 @ 0x20000 size 0x2f0000 (overflow 0x93110)
  - Part 'ota_1' 0/17 @ 0x310000 size 0x2f0000 (overflow 0x93110)`,
    app(0x383110),
    /ota_0 at 0x20000 has 3008 KiB.*ota_1 at 0x310000/,
  ],
  [
    'ESP-IDF, which only warns where one slot of two is too small',
    `Warning: 1/2 app partitions are too small for binary xiaozhi.bin size 0x8d3b70:
  - Part 'ota_1' 0/17 @ 0xb00000 size 0x400000 (overflow 0x4d3b70)`,
    app(0x8d3b70),
    /ota_1 at 0xB00000/,
  ],
  [
    'the bootloader, of an app that was written all the same',
    "esp_image: Image length 1290592 doesn't fit in partition length 1048576",
    app(1290592),
    /1,290,592 bytes, and its partition has 1 MiB/,
  ],
  [
    'PlatformIO',
    'Error: The program size (1529481 bytes) is greater than maximum allowed (1310720 bytes)\n*** [checkprogsize] Explicit exit, status 1',
    app(1529481 + 64 * KIB),
    /PlatformIO: the app’s sections are 1,529,481 bytes, and the slot has 1280 KiB: 218,761 bytes too much/,
  ],
  [
    'Arduino',
    `Sketch uses 2032361 bytes (155%) of program storage space. Maximum is 1310720 bytes.
Global variables use 65544 bytes (20%) of dynamic memory, leaving 262136 bytes for local variables. Maximum is 327680 bytes.
Sketch too big; see https://support.arduino.cc/hc/en-us/articles/360013825179 for tips on reducing it.
text section exceeds available space in board`,
    app(2032361 + 64 * KIB),
    /Arduino/,
  ],
  [
    'mklittlefs run by Arduino’s plugin',
    `[LittleFS] size    : 64
[LittleFS] page    : 256
lfs warn:475: No more free space 20
lfs_write error(-28): File system is full.

error adding file!

LittleFS Create Failed!`,
    { for: 'data', size: 128 * KIB },
    /mklittlefs: the files do not fit into the file system of 64 KiB\..*128 KiB/,
  ],
  [
    'mklittlefs run by ESP-IDF',
    'mklittlefs -c ../data -s 0xf0000 -p 256 -b 4096 storage.bin\nlfs_write error(-28): File system is full.',
    { for: 'data', size: 0x170000 },
    /960 KiB/,
  ],
  [
    'mkspiffs',
    'mkspiffs -c data -p 256 -b 4096 -s 1441792 spiffs.bin\nSPIFFS_write error(-10001): File system is full.',
    { for: 'data', size: 0x210000 },
    /mkspiffs/,
  ],
  [
    'spiffsgen',
    'python spiffsgen.py 0x400000 data spiffs.bin\nSpiffsFullError: the image size has been exceeded',
    { for: 'data', size: 0x600000 },
    /spiffsgen.*4 MiB/,
  ],
];

/** Messages that no layout mends, or that lack the number. */
const SAYS: readonly (readonly [text: string, says: RegExp])[] = [
  ['Sketch too big\ntext section exceeds available space in board', /Paste the line before it too/],
  ['Sketch uses 33522 bytes (10%) of program storage space. Maximum is 322560 bytes.', /so it fits/],
  ['data section exceeds available space in board', /RAM/],
  ['LittleFS image creation failed: too large', /does not say how large/],
  ['SpiffsFullError: the image size has been exceeded', /does not say how large/],
  ['RuntimeError: image size should be a multiple of block size', /multiple of its block, 4 KiB/],
  ['RuntimeError: given base directory /tmp/data does not exist', /no folder \/tmp\/data/],
  [
    'E (48) flash_parts: partition 4 invalid - offset 0x1f0000 size 0x1e0000 exceeds flash chip size 0x200000',
    /has 2 MiB, but row 5 of the table ends at 0x3D0000.*“Flash size in the bootloader header” to its size under “Flashing options”/,
  ],
  [
    'Partition app1 invalid: Offset 0x208000 is not aligned to 0x10000',
    /app1 starts at 0x208000.*use 0x210000 or 0x200000/,
  ],
  [
    'WARNING: Partition spiffs not aligned to 0x1000.This is deprecated and will be considered an error in the future release.',
    /spiffs does not start at a multiple of 0x1000/,
  ],
  [
    'Partitions tables occupies 3.9MB of flash (4128768 bytes) which does not fit in configured flash size 2MB. Change the flash size in menuconfig',
    /ends at 4032 KiB, but the project is set to 2 MB/,
  ],
  [
    'CSV Error: Partitions overlap. Partition at line 4 sets offset 0x10000. Previous partition ends 0x12000',
    /Line 4 of the CSV starts at 0x10000.*ends at 0x12000/,
  ],
  [
    'CSV Error: First partition offset 0x8c00 overlaps end of partition table 0x9000',
    /starts at 0x8C00.*ends at 0x9000/,
  ],
  [
    'Error: Bootloader binary size 0x91f0 bytes is too large for partition table offset 0x8000. Bootloader binary can be maximum 0x8000 (32768) bytes',
    /37,360 bytes.*0x8000/,
  ],
  ['', /Nothing was pasted/],
  ["undefined reference to `vTaskList'", /none of the errors that are understood/],
  ['Error: app partition is too small for binary', /none of the errors that are understood/],
];

describe('the error of a build', () => {
  test.each(FITS)('%s: becomes a request with its numbers', (_from, text, room, says) => {
    const read = readBuildError(`[4/5] Linking\n${text}\nninja: build stopped: subcommand failed.`);
    expect(read.room).toEqual(room);
    expect(read.says).toMatch(says);
  });

  test.each(SAYS)('%j: is explained', (text, says) => {
    expect(readBuildError(text)).toEqual({ says: expect.stringMatching(says), room: null });
  });

  test('every message of the table is among these', () => {
    const texts = [...FITS.map(([, text]) => text), ...SAYS.map(([text]) => text)];
    expect(MESSAGES.filter(({ pattern }) => !texts.some((text) => pattern.test(text)))).toEqual([]);
  });

  test('any text is answered', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        expect(readBuildError(text).says).not.toBe('');
      }),
      { numRuns: cases(100) },
    );
  });
});

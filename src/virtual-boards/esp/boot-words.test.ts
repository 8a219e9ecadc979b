import { createHash } from 'node:crypto';
import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, it } from 'vitest';
import { NorFlash } from '../nor-flash.ts';
import { bootDecision, makeBootLoader } from './boot.ts';
import { buildAppImage } from './firmware/app-image.ts';
import { buildBootloaderImage } from './firmware/bootloader-image.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from './firmware/partition-table.ts';

const MB = 0x100000;
const app = buildAppImage({ project: 'words', version: '2.1', size: 0x50000, seed: 3 });
const bootloader = buildBootloaderImage({ flashMegabytes: 4 });
const table = buildPartitionTable(RAFT_OTA_ROWS);

interface Content {
  readonly bootloader?: Uint8Array;
  readonly table?: Uint8Array;
  readonly app?: Uint8Array;
  readonly size?: number;
}

function boot(content: Content = {}, revision = 300): { said: string[]; running: boolean; reason: string } {
  const flash = new NorFlash(content.size ?? 4 * MB);
  flash.load(0x1000, content.bootloader ?? bootloader);
  flash.load(0x8000, content.table ?? table);
  flash.load(0x20000, content.app ?? app);
  const decision = bootDecision(flash, { revision });
  const said = decision.lines.map((line) => line.text.replace(/^([IWE]) \(\d+\)/, '$1'));
  return { said, running: decision.running, reason: decision.reason };
}

function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const out = bytes.slice();
  out.set(values, at);
  return out;
}

/** The table with row `index` changed and its MD5 recomputed. */
function tableWith(index: number, at: number, value: number): Uint8Array {
  const out = table.slice();
  new DataView(out.buffer).setUint32(index * 32 + at, value, true);
  out.set(md5(out.subarray(0, RAFT_OTA_ROWS.length * 32)), RAFT_OTA_ROWS.length * 32 + 16);
  return out;
}

const errors = (said: readonly string[]): string[] => said.filter((line) => line.startsWith('E '));

describe('a successful boot', () => {
  it('logs what a real one logs', () => {
    const { said, running } = boot();
    expect(running).toBe(true);
    expect(errors(said)).toEqual([]);
    expect(said).toEqual(
      expect.arrayContaining([
        'mode:DIO, clock div:2',
        'I boot: ESP-IDF v5.3.1 2nd stage bootloader',
        'I boot.esp32: SPI Flash Size : 4MB',
        'I boot: Partition Table:',
        'I boot:  0 nvs              WiFi data        01 02 00009000 00015000',
        'I boot:  1 otadata          OTA data         01 00 0001e000 00002000',
        'I boot:  2 app0             OTA app          00 10 00020000 001b0000',
        'I boot:  4 fs               Unknown data     01 83 00380000 00080000',
        'I boot: End of partition table',
        'I esp_image: segment 0: paddr=00020020 vaddr=3f400020 size=10000h ( 65536) map',
        'I boot: Loaded app from partition at offset 0x20000',
        'I app_init: Project name:     words',
        'I app_init: App version:      2.1',
      ]),
    );
  });

  it('stamps its lines in order, with the time in the text', () => {
    const flash = new NorFlash(4 * MB);
    flash.load(0x1000, bootloader);
    flash.load(0x8000, table);
    flash.load(0x20000, app);
    const { lines } = makeBootLoader()(flash);
    const stamps = lines.map((line) => line.afterMs);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    const stamped = lines.filter((line) => /^[IWE] \(/.test(line.text));
    expect(stamped.length).toBeGreaterThan(20);
    const times = stamped.map((line) => Number(/\((\d+)\)/.exec(line.text)?.[1]));
    expect(times).toEqual(stamped.map((line) => line.afterMs));
    expect(lines.every((line) => /^[^\r\n]*\r\n$/.test(line.text))).toBe(true);
  });

  it('lets the app warn of a header that claims less flash than the chip has', () => {
    const { said, running } = boot({ size: 8 * MB });
    expect(running).toBe(true);
    expect(said.find((line) => line.startsWith('W spi_flash'))).toMatch(/Detected size\(8192k\) larger .*\(4096k\)/);
  });
});

describe('what stops a boot, with its messages', () => {
  it.each<[string, Content, string, string[]]>([
    ['no bootloader', { bootloader: new Uint8Array(32).fill(0xff) }, 'no bootloader', []],
    [
      'one bit of the table',
      { table: changed(table, 0x44, 1) },
      'table refused',
      [
        'E flash_parts: Incorrect MD5 checksum',
        'E boot: Failed to verify partition table',
        'E boot: load partition table error!',
      ],
    ],
    [
      'a row with another magic',
      { table: changed(table, 0x20, 0xab) },
      'table refused',
      [
        'E flash_parts: partition 1 invalid magic number 0x50ab',
        'E boot: Failed to verify partition table',
        'E boot: load partition table error!',
      ],
    ],
    [
      'an erased table is an empty one',
      { table: new Uint8Array(0xc00).fill(0xff) },
      'no bootable app',
      ['E boot: No bootable app partitions in the partition table'],
    ],
    [
      'a table without an end',
      { table: new Uint8Array(0xc00).map((_, i) => table[i % 32] ?? 0) },
      'table refused',
      [
        'E flash_parts: partition table has no terminating entry, not valid',
        'E boot: Failed to verify partition table',
        'E boot: load partition table error!',
      ],
    ],
    [
      'a header that claims 2 MB',
      { bootloader: buildBootloaderImage({ flashMegabytes: 2 }) },
      'table refused',
      [
        'E flash_parts: partition 3 invalid - offset 0x1d0000 size 0x1b0000 exceeds flash chip size 0x200000',
        'E boot: Failed to verify partition table',
        'E boot: load partition table error!',
      ],
    ],
    [
      'otadata of one sector',
      { table: tableWith(1, 8, 0x1000) },
      'otadata too small',
      ['E boot: ota_info partition size 4096 is too small (minimum 8192 bytes)'],
    ],
    [
      'a chip smaller than its header',
      { size: 2 * MB },
      'flash smaller than the header says',
      ['E spi_flash: Detected size(2048k) smaller than the size in the binary image header(4096k). Probe failed.'],
    ],
    [
      'a bootloader that says it is for an S3',
      { bootloader: forChip(bootloader, 9) },
      'bootloader for another chip',
      ['E boot_comm: mismatch chip ID, expected 0, found 9'],
    ],
  ])('%s', (_, content, reason, expected) => {
    const outcome = boot(content);
    expect(outcome.running).toBe(false);
    expect(outcome.reason).toBe(reason);
    expect(errors(outcome.said)).toEqual(expected);
  });

  it('invalid headers are reported by the ROM eight times', () => {
    expect(boot({ bootloader: new Uint8Array(32).fill(0xff) }).said).toEqual([
      'ets Jul 29 2019 12:21:46',
      '',
      'rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)',
      ...Array<string>(8).fill('invalid header: 0xffffffff'),
    ]);
  });

  it('every byte of the second stage is checked', () => {
    const flipped = changed(bootloader, 0x500, (bootloader[0x500] ?? 0) ^ 1);
    expect(boot({ bootloader: flipped }).said.at(-2)).toMatch(/^csum err:0x/);
    // A header patched without a new SHA-256: the checksum does not cover the header.
    const patched = boot({ bootloader: changed(bootloader, 3, 0x30) });
    expect(patched.running).toBe(false);
    expect(patched.said.some((line) => line === 'SHA-256 comparison failed:')).toBe(true);
  });

  it('an app is not accepted as second stage', () => {
    const small = buildAppImage({ project: 'x', version: '1', size: 4096, seed: 1 });
    expect(boot({ bootloader: small })).toMatchObject({ running: false, reason: 'no bootloader' });
  });
});

/** An image with another chip id and its SHA-256 recomputed with Node's own hash. */
function forChip(image: Uint8Array, chipId: number): Uint8Array {
  const out = changed(image, 12, chipId, 0);
  out.set(createHash('sha256').update(out.subarray(0, -32)).digest(), out.length - 32);
  return out;
}

describe('what makes an app not bootable', () => {
  const at = 0x100;
  const forS3 = buildAppImage({ project: 's3', version: '1', chipId: 9, size: 4096, seed: 1 });
  const last = app.length - 1;
  const long = changed(app, 28, 0, 0, 0x40, 0);
  const crooked = changed(app, 24, 0x24);
  const inRom = changed(app, 24, 0, 0, 0, 0x40);
  it.each<[string, Uint8Array, string]>([
    ['another magic', changed(app, 0, 0), 'esp_image: image at 0x20000 has invalid magic byte (nothing flashed here?)'],
    ['another chip', forS3, 'boot_comm: mismatch chip ID, expected 0, found 9'],
    ['too many segments', changed(app, 1, 17), 'esp_image: image at 0x20000 segment count 17 exceeds max 16'],
    ['a segment of 5 bytes', changed(app, 28, 5, 0, 0, 0), 'esp_image: invalid segment length 0x5'],
    ['a segment of 16 MiB', changed(app, 28, 0, 0, 0, 1), 'esp_image: invalid segment length 0x1000000'],
    ['a segment past the partition', long, "esp_image: Image length 4194336 doesn't fit in partition length 1769472"],
    [
      'a page offset that does not fit',
      crooked,
      "esp_image: Segment 0 load address 0x3f400024, doesn't match data 0x00020020",
    ],
    ['a load address in the ROM', inRom, 'esp_image: Segment 0 0x40000000-0x40010000 invalid: bad load address range'],
    ['a changed header', changed(app, 2, 3), 'esp_image: Image hash failed - image is corrupt'],
    ['a changed SHA-256', changed(app, last, (app[last] ?? 0) ^ 1), 'esp_image: Image hash failed - image is corrupt'],
  ])('%s', (_, image, words) => {
    const { said, running } = boot({ app: image });
    expect(running).toBe(false);
    expect(errors(said)[0]).toBe(`E ${words}`);
    expect(errors(said)[1]).toBe('E boot: OTA app partition slot 0 is not bootable');
  });

  it('a changed byte, reported with both checksums', () => {
    const byte = app[at] ?? 0;
    const sum = app[app.length - 33] ?? 0;
    const words = `E esp_image: Checksum failed. Calculated 0x${(sum ^ 0x11).toString(16)} read 0x${sum.toString(16)}`;
    expect(errors(boot({ app: changed(app, at, byte ^ 0x11) }).said)[0]).toBe(words);
  });

  it('a truncated image', () => {
    expect(boot({ app: app.subarray(0, app.length - 0x1000) }).running).toBe(false);
  });

  it.each([
    [100, 'E boot_comm: chip revision check failed. Required >= v3.1, found v1.0.'],
    [400, 'E boot_comm: chip revision check failed. Required <= v3.99, found v4.0.'],
  ])('a chip of revision %i', (revision, words) => {
    const picky = buildAppImage({ project: 'p', version: '1', size: 4096, seed: 1, minRev: 301, maxRev: 399 });
    expect(errors(boot({ app: picky }, revision).said)[0]).toBe(words);
  });
});

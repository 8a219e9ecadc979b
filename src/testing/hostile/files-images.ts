/** Hostile files that are written as they are: app images, bootloaders, tables, settings, and names. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { bareBootloader } from '../esp/placements.ts';
import { joined, pattern, source, text } from '../esp/archives.ts';
import { edited } from '../rules/samples.ts';
import { blobSource } from '../../session/sources.ts';
import type { HostileDrop } from './drop.ts';
import { TABLE } from './drop.ts';

const APP = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x4000 });
const app = (edit: (copy: Uint8Array, view: DataView) => void, name = 'app.bin') => [source(name, edited(APP, edit))];
const csv = (...lines: readonly string[]) => [source('partitions.csv', lines.join('\n'))];
/** The head of the first segment: its address and its length. */
const [LOAD, LENGTH] = [24, 28];
/** Where the description of an app has its version, and its project's name. */
const [VERSION, PROJECT] = [48, 80];

/** A file that was deleted after it was chosen. */
class GoneBlob extends Blob {
  override slice(): Blob {
    return this;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('The requested file could not be read.', 'NotReadableError'));
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    throw new DOMException('The requested file could not be read.', 'NotReadableError');
  }
}

/** App images and bootloaders. */
const IMAGES: readonly HostileDrop[] = [
  {
    name: 'an app cut off in its header',
    attacks: 'app image: reading behind the end',
    comes: '1 part, refused not-an-app',
    drop: () => [source('app.bin', APP.slice(0, 20))],
  },
  {
    name: 'an app cut off in a segment',
    attacks: 'app image: a length that nobody compares with the file',
    comes: '1 part, image-segment-past-end, image-truncated, refused app-damaged',
    drop: () => [source('app.bin', APP.slice(0, 0x2000))],
  },
  {
    name: 'a segment of 4 GiB less a word',
    attacks: 'app image: an end that wraps past 32 bits to the start',
    comes: '1 part, image-segment-length, refused app-damaged',
    drop: () => app((_, view) => view.setUint32(LENGTH, 0xfffffffc, true)),
  },
  {
    name: '255 segments',
    attacks: 'app image: a count read as it comes',
    comes: '1 part, image-too-many-segments, refused app-damaged',
    drop: () => app((copy) => copy.set([255], 1)),
  },
  {
    name: 'no segments',
    attacks: 'app image: an empty list whose first is used',
    comes: '1 part, image-no-segments, refused app-damaged',
    drop: () => app((copy) => copy.set([0], 1)),
  },
  {
    name: 'segments at addresses of no memory',
    attacks: 'app image: addresses taken for those of a chip',
    comes: '1 part, image-hash-wrong, refused app-damaged',
    drop: () => app((_, view) => view.setUint32(LOAD, 0xfffffff0, true)),
  },
  {
    name: 'two flips that cancel in the XOR checksum, and no hash',
    attacks: 'app image: “correct” said of what was not checked',
    comes: '1 part',
    drop: () => {
      const bare = edited(APP.slice(0, -32), (copy) => copy.set([0], 23));
      return [
        source(
          'app.bin',
          edited(bare, (copy) => {
            copy[0x1000] = (copy[0x1000] ?? 0) ^ 1;
            copy[0x1001] = (copy[0x1001] ?? 0) ^ 1;
          }),
        ),
      ];
    },
  },
  {
    name: 'the same two flips with a hash',
    attacks: 'app image: a hash that is there and not compared',
    comes: '1 part, image-hash-wrong, refused app-damaged',
    drop: () =>
      app((copy) => {
        copy[0x1000] = (copy[0x1000] ?? 0) ^ 1;
        copy[0x1001] = (copy[0x1001] ?? 0) ^ 1;
      }),
  },
  {
    name: 'a chip that does not exist',
    attacks: 'app image: a number without a name',
    comes: '1 part, image-chip-unknown, image-hash-wrong, refused app-damaged',
    drop: () => app((copy) => copy.set([0xee, 0xee], 12)),
  },
  {
    name: 'a version and a project that turn and hide text',
    attacks: 'names: an app shown as another',
    comes: '1 part, image-checksum-wrong, image-hash-wrong, refused app-damaged',
    drop: () =>
      app((copy) => {
        copy.set(text('\u202e0.1\u200b'), VERSION);
        copy.set(text('\u0007<b>\u202e'), PROJECT);
      }),
  },
  {
    name: 'a version without an end',
    attacks: 'app image: text read on until a zero',
    comes: '1 part, image-checksum-wrong, image-hash-wrong, refused app-damaged',
    drop: () => app((copy) => copy.fill(0x41, VERSION, VERSION + 224)),
  },
  {
    name: '16 MiB behind a good app',
    attacks: 'app image: what follows taken for a part of it',
    comes: '1 part, image-trailing, refused app-too-large',
    drop: () => [source('app.bin', joined([APP, pattern(16 << 20, 1)]))],
  },
  {
    name: 'a bootloader that says its flash is 128 MiB',
    attacks: 'bootloader: a size of flash that the chip then believes',
    comes: '1 part, refused bootloader-past-chip',
    drop: () => [
      source(
        'bootloader.bin',
        edited(bareBootloader(0x4000), (copy) => copy.set([0x70], 3)),
      ),
    ],
  },
  {
    name: 'a 16 MiB file of app headers, one after the other',
    attacks: 'recognising: each place looked at as the start of an app',
    comes: '1 part, image-segment-length, refused app-damaged',
    drop: () => {
      const out = new Uint8Array(16 << 20);
      for (let at = 0; at < out.length; at += 0x1000) out.set(APP.subarray(0, 0x100), at);
      return [source('all.bin', out)];
    },
  },
  {
    name: 'an app for an ESP32-S3 under the name of one for an ESP32',
    attacks: 'recognising: a name believed',
    comes: '1 part, refused wrong-chip',
    drop: () => [
      source('esp32-app.bin', buildAppImage({ project: 'x', version: '1', seed: 1, size: 0x4000, chipId: 9 })),
    ],
  },
  {
    name: 'a web page that was saved as app.bin',
    attacks: 'recognising: text written to flash',
    comes: '1 part, refused not-an-app',
    drop: () => [source('app.bin', `<!doctype html><html>${'<p>404</p>'.repeat(10_000)}</html>`)],
  },
  {
    name: 'an empty file',
    attacks: 'recognising: a plan for nothing',
    comes: '1 part, refused not-an-app',
    drop: () => [source('app.bin', new Uint8Array())],
  },
  {
    name: 'a file that is gone when it is read',
    attacks: 'reading: a drop that waits for bytes that never come',
    comes: /^threw file-unreadable: app\.bin can no longer be read/,
    drop: () => [blobSource({ path: 'app.bin', blob: new GoneBlob(['x']) })],
  },
  {
    name: 'a file that is shorter than it says',
    attacks: 'reading: zeros in place of what is missing',
    comes:
      'threw file-shorter: app.bin changed while it was being read: it was 1,048,576 bytes long, but ended after 16384.',
    drop: () => [{ path: 'app.bin', size: 0x100000, read: (from, to) => Promise.resolve(APP.slice(from, to)) }],
  },
];

/** Partition tables and their CSV. */
const TABLES: readonly HostileDrop[] = [
  {
    name: 'a table whose rows all lie on each other',
    attacks: 'tables: each row compared with each other',
    comes: '1 part, ota-duplicate, otadata-missing, partitions-overlap, table-end-missing, refused table-refused',
    drop: () => [
      source(
        'table.bin',
        buildPartitionTable(
          Array.from({ length: 95 }, (_, i) => ({
            label: `a${i}`,
            type: 0,
            subtype: 0x10 + (i % 16),
            offset: 0x10000,
            size: 0x100000,
          })),
        ),
      ),
    ],
  },
  {
    name: 'a table with a partition that wraps past 4 GiB',
    attacks: 'tables: ends that are smaller than starts',
    comes: '1 part, otadata-missing, partition-past-flash, refused table-refused',
    drop: () => [
      source(
        'table.bin',
        buildPartitionTable([
          { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x5000 },
          { label: 'app0', type: 0, subtype: 0x10, offset: 0xfff00000, size: 0x200000 },
        ]),
      ),
    ],
  },
  {
    name: 'a table whose MD5 is of other rows',
    attacks: 'tables: a digest that nobody compares',
    comes: '1 part, data-misaligned, partitions-overlap, table-md5-wrong, refused table-refused',
    drop: () => [
      source(
        'table.bin',
        edited(TABLE, (copy) => copy.set([1], 4)),
      ),
    ],
  },
  {
    name: 'a table that names two partitions bootloader and nvs, where none is',
    attacks: 'tables: a partition meant by its name',
    comes: '1 part, name-misleading, otadata-missing, subtype-unknown',
    drop: () => [
      source(
        'table.bin',
        buildPartitionTable([
          { label: 'bootloader', type: 1, subtype: 2, offset: 0x9000, size: 0x5000 },
          { label: 'nvs', type: 1, subtype: 0x40, offset: 0xe000, size: 0x2000 },
          { label: 'app0', type: 0, subtype: 0x10, offset: 0x10000, size: 0x100000 },
        ]),
      ),
    ],
  },
  {
    name: 'a CSV of 100,000 rows',
    attacks: 'CSV: rows without a limit',
    comes: '1 part, refused not-an-app',
    drop: () =>
      csv(
        '# Name, Type, SubType, Offset, Size, Flags',
        ...Array.from({ length: 100_000 }, (_, i) => `p${i}, data, nvs, , 0x1000,`),
      ),
  },
  {
    name: 'a CSV with a line of 2 MB',
    attacks: 'CSV: patterns that try each way to match',
    comes: '1 part, refused not-an-app',
    drop: () => csv('nvs, data, nvs, 0x9000, 0x5000,', `x${' '.repeat(1_000_000)},${','.repeat(1_000_000)}`),
  },
  {
    name: 'a CSV with sizes of a thousand digits',
    attacks: 'CSV: numbers beyond 2^53 and Infinity',
    comes: '1 part, csv-out-of-range, csv-size-invalid, refused table-refused',
    drop: () => csv(`nvs, data, nvs, 0x9000, ${'9'.repeat(1000)},`, `app0, app, factory, 0x10000, 1e999,`),
  },
  {
    name: 'a CSV with names that turn text, formulas and markup',
    attacks: 'CSV: names shown as they come',
    comes: '1 part, csv-name-unprintable, refused table-refused',
    drop: () =>
      csv(
        '\u202egnp, data, nvs, 0x9000, 0x5000,',
        '=cmd|x, data, phy, , 0x1000,',
        '<img src=x>, app, factory, 0x10000, 1M,',
      ),
  },
  {
    name: 'a CSV with negative sizes that lead back',
    attacks: 'CSV: negative sizes are allowed, and mean an end',
    comes: '1 part, csv-out-of-range, refused table-refused',
    drop: () => csv('nvs, data, nvs, 0x9000, -0x8000,', 'app0, app, factory, 0x10000, -0x1,'),
  },
  {
    name: 'a CSV of bytes that are no text',
    attacks: 'CSV: a decoder that throws',
    comes: '1 part, refused place-not-chosen',
    drop: () => [source('partitions.csv', joined([text('nvs, data, nvs, 0x9000, 0x5000,\n'), pattern(5000, 3)]))],
  },
];

/** Names and combinations of plain files. */
const NAMES: readonly HostileDrop[] = [
  {
    name: 'names with ../, drive letters and marks that turn text',
    attacks: 'names: a part that is somewhere else',
    comes: '5 parts, image-checksum-wrong, image-hash-wrong, refused app-damaged same-place',
    drop: () =>
      ['../../boot.bin', 'C:\\x.bin', '/etc/passwd', 'a\u202egnp.bin', 'x\u0000.bin'].map((name, i) =>
        source(
          name,
          edited(APP, (copy) => copy.set([i], 0x100)),
        ),
      ),
  },
  {
    name: 'one name two hundred times',
    attacks: 'names: parts found by their name',
    comes: '64 parts, refused same-place',
    drop: () => Array.from({ length: 200 }, () => source('app.bin', APP)),
  },
  {
    name: 'a name of 100,000 characters',
    attacks: 'names: a page that is all name',
    comes: '1 part',
    drop: () => [source(`${'a'.repeat(100_000)}.bin`, APP)],
  },
  {
    name: 'names that are words of the language',
    attacks: 'names: properties of every object',
    comes: '4 parts, refused same-place',
    drop: () => ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) => source(name, APP)),
  },
  {
    name: 'fifty thousand files of one byte',
    attacks: 'a drop: each file looked at',
    comes: 'left out',
    drop: () => Array.from({ length: 50_000 }, (_, i) => source(`d/${i}.bin`, 'x')),
  },
  {
    name: 'an image of 16 MiB that is none of the board’s',
    attacks: 'recognising: all of it looked at again for each rule',
    comes: '1 part, refused no-place',
    drop: () => [source('image.bin', pattern(16 << 20, 9))],
  },
];

/** Files that are written as they are. */
export const IMAGE_DROPS: readonly HostileDrop[] = [...IMAGES, ...TABLES, ...NAMES];

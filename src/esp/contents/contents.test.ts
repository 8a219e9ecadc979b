import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, viewOf } from '../../formats/binary.ts';
import { recognise, recogniseIn } from './contents.ts';
import type { ContentsRow } from './contents.ts';
import { romCrc32 } from '../../formats/crc32.ts';
import { recordCrc } from '../boot/otadata.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { cases } from '../../testing/cases.ts';
import { FAT_RECORDS, fatImage, nameOf } from '../../testing/contents/fat-images.ts';
import { LITTLEFS_IMAGES, littleFsImage } from '../../testing/contents/littlefs-images.ts';
import { SPIFFS_IMAGES, spiffsImage } from '../../testing/contents/spiffs-images.ts';
import { buildLittleFs, crcOf } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { openedIn } from './formats.ts';
import { noise } from '../../testing/bytes.ts';
import { LONG } from '../../testing/long.ts';

const UNIT = 0x1000;

function row(type: number, subtype: number, size = 0x10000): ContentsRow {
  return { type, subtype, size };
}

const APP = row(0, 0x10);
const NVS = row(1, 2, 4 * UNIT);
const OTA = row(1, 0, 2 * UNIT);
const FILES = row(1, 0x83);
const SPIFFS = row(1, 0x82, 16 * UNIT);
const FAT = row(1, 0x81);
const CORE = row(1, 3);
const KEYS = row(1, 4, UNIT);

function filled(size: number, byte = 0xff): Uint8Array {
  return new Uint8Array(size).fill(byte);
}

function u32(data: Uint8Array, ...places: readonly (readonly [number, number])[]): Uint8Array {
  for (const [at, value] of places) viewOf(data).setUint32(at, value, true);
  return data;
}

function patched(data: Uint8Array, at: number, byte: number): Uint8Array {
  data[at] = byte;
  return data;
}

/** An NVS page with `written` entries followed by `erased` ones. */
function page(state: number, written: number, erased = 0): Uint8Array {
  const data = filled(UNIT);
  u32(data, [0, state], [4, 1]);
  data[8] = 0xfe;
  for (let i = 0; i < written + erased; i++) {
    const at = 32 + (i >> 2);
    const bits = i < written ? 2 : 0;
    data[at] = ((data[at] ?? 0) & ~(3 << ((i & 3) * 2))) | (bits << ((i & 3) * 2));
  }
  data.set(ascii('SECRET-PASSWORD'), 200);
  return u32(data, [28, romCrc32(data.subarray(4, 28))]);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function appHead(chip = 0, segments = 2): Uint8Array {
  const data = filled(0x200, 0);
  data.set([0xe9, segments, 2, 0x20]);
  viewOf(data).setUint16(12, chip, true);
  u32(data, [32, 0xabcd5432]);
  data.set(ascii('1.0'), 48);
  data.set(ascii('blinky'), 80);
  data.set(ascii('v5.4'), 144);
  return data;
}

/** Behind the revision, the name, the superblock and three tags. */
const SUPERBLOCK_CRC_AT = 48;

/** Two blocks, of which the one at `at` holds the superblock. */
function littlefs(at: number, revision = 1, blocks = 16): Uint8Array {
  const block = u32(buildLittleFs(2 * UNIT).slice(0, UNIT), [0, revision], [28, blocks]);
  // The CRC of the only commit covers both.
  u32(block, [SUPERBLOCK_CRC_AT, crcOf(block.subarray(0, SUPERBLOCK_CRC_AT))]);
  const data = filled(2 * UNIT);
  data.set(block, at);
  return data;
}

/** The first blocks of a SPIFFS file system of 16 blocks, `marked` of them with its mark. */
function spiffs(marked: number, blocks = 4): Uint8Array {
  const data = filled(blocks * UNIT);
  for (let i = 0; i < marked; i++) viewOf(data).setUint16(i * UNIT + 252, 0x0529 ^ 256 ^ (16 - i), true);
  return data;
}

/** The first two sectors of a FAT that FatFs made, behind wear levelling where `at` is the second. */
function fat(at: number): Uint8Array {
  const data = filled(2 * UNIT);
  data.set(fatImage('empty-wl-512k').subarray(0, UNIT), at);
  return data;
}

function record(seq: number): Uint8Array {
  return u32(filled(UNIT), [0, seq], [28, recordCrc(seq)]);
}

function keys(): Uint8Array {
  const data = noise(UNIT);
  return u32(data, [64, romCrc32(data.subarray(0, 64))]);
}

const core = (size: number, version: number): Uint8Array => u32(filled(UNIT, 7), [0, size], [4, version]);

const COUNTS = { empty: 0, active: 0, full: 0, freeing: 0, corrupt: 0 };

describe('recognise', () => {
  it.each<[string, Uint8Array, ContentsRow, object]>([
    ['nothing', filled(0), APP, { kind: 'unread' }],
    ['blank, whole', filled(UNIT), KEYS, { kind: 'blank', says: 'Blank (erased) throughout.', brief: 'blank' }],
    ['blank, in part', filled(UNIT), APP, { says: 'Blank (erased) in its first 4 KiB.', brief: 'no app' }],
    [
      'blank, in part',
      filled(UNIT),
      FILES,
      { says: 'Blank (erased) in its first 4 KiB.', brief: 'blank at its start' },
    ],
    ['zeros, in part', filled(64, 0), FILES, { kind: 'zeros', says: 'Zeros in its first 64 bytes: nothing known.' }],
    ['zeros, whole', filled(UNIT, 0), KEYS, { kind: 'zeros', says: 'Zeros throughout: nothing known.' }],
    ['an app', appHead(9), APP, { kind: 'app', says: 'The app blinky 1.0 for the ESP32-S3, made with ESP-IDF v5.4.' }],
    ['an app in a data partition', appHead(), FILES, { kind: 'app' }],
    [
      'an app for an unknown chip',
      appHead(999),
      APP,
      { kind: 'app', says: expect.stringContaining('unknown chip (999)') },
    ],
    ['no app: unknown chip in a data partition', appHead(999), FILES, { kind: 'unknown' }],
    ['no app: E9 by chance', joined(filled(1, 0xe9), filled(99, 0x41)), APP, { kind: 'unknown' }],
    [
      'NVS',
      joined(page(0xfffffffc, 126), page(0xfffffffe, 3, 2), filled(2 * UNIT)),
      NVS,
      {
        kind: 'nvs',
        counts: { pages: { ...COUNTS, full: 1, active: 1, empty: 2 }, entriesWritten: 129 },
        says: 'Settings (NVS): 129 entries of 32 bytes in 2 pages.',
      },
    ],
    [
      'NVS with a page being freed and a damaged one, in part',
      joined(page(0xfffffff8, 1), u32(page(0xfffffffe, 5), [28, 0])),
      NVS,
      {
        kind: 'nvs',
        counts: { pages: { ...COUNTS, freeing: 1, corrupt: 1 }, entriesWritten: 1 },
        says: 'Settings (NVS): 1 entry of 32 bytes in 1 page, 1 page damaged (in the first 8 KiB).',
      },
    ],
    ['NVS with bits behind the last entry', page(0xfffffffe, 128), NVS, { counts: { entriesWritten: 126 } }],
    ['no NVS: the page CRC is wrong', u32(page(0xfffffffe, 5), [28, 0]), NVS, { kind: 'unknown' }],
    ['LittleFS in block 0', littlefs(0), FILES, { kind: 'littlefs', says: 'A LittleFS file system of 64 KiB.' }],
    ['LittleFS in block 1', littlefs(UNIT), FILES, { kind: 'littlefs', size: 16 * UNIT }],
    ['LittleFS larger than its partition', littlefs(0, 1, 17), FILES, { says: expect.stringContaining('more than') }],
    ['LittleFS, only its first commit', littlefs(0).subarray(0, 128), FILES, { kind: 'littlefs', size: 16 * UNIT }],
    ['LittleFS whose superblock is damaged', patched(littlefs(0), 28, 17), FILES, { kind: 'littlefs', size: null }],
    ['LittleFS of no blocks', littlefs(0, 1, 0), FILES, { kind: 'littlefs', size: null }],
    ['LittleFS in a partition called SPIFFS', littlefs(0), SPIFFS, { kind: 'littlefs' }],
    ['SPIFFS', spiffs(4), SPIFFS, { kind: 'spiffs', certainty: 'sure' }],
    ['SPIFFS from three blocks', spiffs(3, 3), SPIFFS, { kind: 'spiffs', certainty: 'sure' }],
    ['SPIFFS with one block unmarked', spiffs(2, 3), SPIFFS, { kind: 'spiffs', certainty: 'likely' }],
    ['SPIFFS from one block', spiffs(1, 1), SPIFFS, { kind: 'spiffs', certainty: 'possible' }],
    ['no SPIFFS: two blocks unmarked', spiffs(2), SPIFFS, { kind: 'unknown' }],
    ['FAT', fat(0), FAT, { kind: 'fat', levelled: false, says: 'A FAT file system, sectors of 4 KiB.' }],
    ['FAT with wear levelling', fat(UNIT), FAT, { kind: 'fat', levelled: true }],
    ['no FAT: no jump', patched(fat(0), 0, 0), FAT, { kind: 'unknown' }],
    ['no FAT: impossible sector size', patched(fat(0), 12, 100), FAT, { kind: 'unknown' }],
    ['a core dump', core(5000, 0x90103), CORE, { kind: 'coredump', size: 5000, chip: 'ESP32-S3' }],
    ['no core dump: longer than its partition', core(0xfffffff0, 0x90103), CORE, { kind: 'unknown' }],
    ['no core dump: impossible version', core(5000, 0x97777), CORE, { kind: 'unknown' }],
    [
      'otadata',
      joined(record(1), record(2)),
      OTA,
      {
        kind: 'otadata',
        active: 1,
        says: expect.stringMatching(
          /^Entry 2 is used: sequence number 2, state UNDEFINED \(no trial is pending\), CRC correct\. Entry 1 is not: its sequence number is not higher \(sequence number 1, state UNDEFINED\)\./,
        ),
      },
    ],
    [
      'otadata with a damaged entry',
      joined(record(1), patched(record(2), 28, 0)),
      OTA,
      {
        kind: 'otadata',
        active: 0,
        says: expect.stringMatching(/Entry 2 is not: its CRC is wrong \(sequence number 2, state UNDEFINED\)\.$/),
      },
    ],
    ['blank otadata', filled(2 * UNIT), OTA, { kind: 'otadata', active: null, says: expect.stringContaining('blank') }],
    ['half an otadata', record(1), OTA, { kind: 'otadata', active: 0 }],
    ['radio calibration', new Uint8Array([...ascii('PHYINIT'), 0, 1]), row(1, 1), { kind: 'phy' }],
    ['NVS keys', keys(), KEYS, { kind: 'nvs-keys' }],
    ['encrypted-looking', noise(UNIT), FILES, { kind: 'encrypted-looking' }],
    ['encrypted-looking, from 1 KiB', noise(1024), FILES, { kind: 'encrypted-looking' }],
    ['too little to look encrypted', noise(512), FILES, { kind: 'unknown' }],
    ['text', new Uint8Array(ascii('hello, world. '.repeat(300))), FILES, { kind: 'unknown' }],
  ])('%s', (_, data, where, expected) => {
    expect(recognise(data, where)).toMatchObject(expected);
  });

  const FILE_SYSTEMS = [
    ...LITTLEFS_IMAGES.map((name) => [name, littleFsImage(name), FILES] as const),
    ...SPIFFS_IMAGES.map((name) => [name, spiffsImage(name), SPIFFS] as const),
    ...FAT_RECORDS.map(nameOf).map((name) => [name, fatImage(name), FAT] as const),
  ];
  it.each(FILE_SYSTEMS)('says of %s what its codec says', async (_, image, { type, subtype }) => {
    const where = { type, subtype, size: image.length };
    const partition = { ...where, name: '', offset: 0, address: 0, encrypted: false, readonly: false, otherFlags: 0 };
    const opened = await openedIn(imageBytes(image), partition, { keys: null });
    const contents = await recogniseIn(imageBytes(image), where, image.subarray(0, 2 * UNIT));
    expect(contents.kind).toBe(opened?.format.id ?? 'unknown');
    const details = opened?.opened.listing.kind === 'files' ? opened.opened.listing.details : '';
    expect(contents.kind === 'fat' && contents.levelled).toBe(/wear levelling in/.test(details));
  });

  it('uses the sizes of the newer LittleFS superblock, even if revisions wrap around', () => {
    const both = (first: number, second: number): Uint8Array => {
      const data = littlefs(0, first, 8);
      data.set(littlefs(UNIT, second, 12).subarray(UNIT), UNIT);
      return data;
    };
    expect(recognise(both(1, 2), FILES)).toMatchObject({ size: 12 * UNIT });
    expect(recognise(both(2, 1), FILES)).toMatchObject({ size: 8 * UNIT });
    expect(recognise(both(0xffffffff, 0), FILES)).toMatchObject({ size: 12 * UNIT });
  });

  it('reveals nothing of NVS contents and keys', () => {
    expect(JSON.stringify(recognise(page(0xfffffffe, 5), NVS))).not.toContain('SECRET');
    expect(Object.keys(recognise(keys(), KEYS)).sort()).toEqual(['kind', 'says']);
  });

  it('is deterministic and never throws on truncated, changed or random bytes in any partition', LONG, () => {
    const goods = [
      appHead(),
      page(0xfffffffe, 3),
      littlefs(0),
      spiffs(2, 2),
      fat(0),
      core(5000, 0x90103),
      joined(record(1), record(2)),
      keys(),
    ];
    const wheres = [APP, NVS, OTA, FILES, SPIFFS, FAT, CORE, KEYS, row(0xff, 0xff, 0)];
    const changed = fc
      .tuple(fc.constantFrom(...goods), fc.nat(0x2000), fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 8 }))
      .map(([good, size, changes]) => {
        const data = good.slice(0, size);
        for (const [at, byte] of changes) if (at < data.length) data[at] = byte;
        return data;
      });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 2000 })), fc.constantFrom(...wheres), (data, where) => {
        const contents = recognise(data, where);
        expect(contents.says).not.toMatch(/undefined|NaN/);
        expect(recognise(data, where)).toEqual(contents);
      }),
      { numRuns: cases(300) },
    );
    for (const good of goods) {
      for (let size = 0; size < 600; size++)
        for (const where of [APP, NVS, OTA, CORE]) recognise(good.subarray(0, size), where);
    }
  });
});

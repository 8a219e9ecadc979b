/** Every refusal and every question about files, by name. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../boards/esp32/firmware/app-image.ts';
import { buildBootloaderImage } from '../../boards/esp32/firmware/bootloader-image.ts';
import { factoryFlash } from '../../boards/esp32/firmware/factory.ts';
import { buildLittleFs } from '../../boards/esp32/firmware/littlefs.ts';
import { buildOtadata } from '../../boards/esp32/firmware/otadata.ts';
import type { TableRow } from '../../boards/esp32/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../boards/esp32/firmware/partition-table.ts';
import { raftDemo150 } from '../../boards/esp32/firmware/raft-demo.ts';
import type { DroppedFile } from '../../flash/family.ts';
import type { EspInspection } from '../inspection.ts';
import { revisionOf } from './check-chip.ts';
import { checkFiles } from './check.ts';
import { FILE_REFUSAL_KINDS } from './refusals.ts';
import { boardOf, kindsOf, named, place, textFile } from './testing.ts';

const sound = factoryFlash().snapshot();
const app = named('app.bin', raftDemo150());
const blink = buildAppImage({ project: 'blink', version: '2', seed: 3 });
const bootloader = (flashMegabytes: 1 | 2 | 4 | 8 | 16) => named('bootloader.bin', buildBootloaderImage({ flashMegabytes }));
const otadata = (seq: number) => named('otadata.bin', buildOtadata({ seq }, null));
const table = (change: (rows: TableRow[]) => readonly TableRow[]) =>
  named('partitions.bin', buildPartitionTable(change(RAFT_OTA_ROWS.map((row) => ({ ...row })))));
const sameTable = table((rows) => rows);
const renamed = table((rows) => rows.map((row) => (row.label === 'fs' ? { ...row, label: 'storage' } : row)));
const smallerFs = table((rows) => rows.map((row) => (row.label === 'fs' ? { ...row, size: 0x40000 } : row)));
const blankSettings = named('merged.bin', sound.slice().fill(0xff, 0x9000, 0x1e000));

/** A change to a copy of some bytes. */
function edited(data: Uint8Array, edit: (copy: Uint8Array, view: DataView) => void): Uint8Array {
  const copy = data.slice();
  edit(copy, new DataView(copy.buffer));
  return copy;
}

/** A bootloader or an app without its description (and without the hash that would tell), of a given size or more. */
function bare(size: number, description = 0): DroppedFile {
  const data = new Uint8Array(Math.ceil((24 + 8 + size + 1) / 16) * 16);
  const view = new DataView(data.buffer);
  data.set([0xe9, 1, 2, 0x20]);
  view.setUint16(17, 399, true);
  view.setUint32(24, 0x3fff0030, true);
  view.setUint32(28, size, true);
  if (description !== 0) {
    data.set([description, 0, 0, 0, 1], 32);
    data.set(new TextEncoder().encode('v5.3.1'), 40);
  }
  data[data.length - 1] = data.subarray(32, 32 + size).reduce((sum, byte) => sum ^ byte, 0xef);
  return named('bare.bin', data);
}

/** SPIFFS as ESP-IDF marks it: the number of blocks still to come is part of each mark. */
function spiffs(size: number): DroppedFile {
  const data = new Uint8Array(size).fill(0xff);
  const view = new DataView(data.buffer);
  for (let block = 0; block < size / 0x1000; block++) {
    view.setUint16(block * 0x1000 + 252, (0x0529 ^ 256 ^ (size / 0x1000 - block)) & 0xffff, true);
  }
  return named('spiffs.bin', data);
}

const SPIFFS_TABLE = table((rows) => rows.map((row) => (row.label === 'fs' ? { ...row, subtype: 0x82 } : row)));
const noOta = textFile('t.csv', 'nvs,data,nvs,0x9000,0x6000\nfs,data,littlefs,0x10000,1M\n');

interface Case {
  readonly files: readonly DroppedFile[];
  readonly chosen?: Readonly<Record<string, string>>;
  readonly flash?: Uint8Array;
  readonly kinds: readonly string[];
  readonly says: RegExp;
}

const small = factoryFlash({ headerMegabytes: 2 }).snapshot();
const damaged = factoryFlash({ damagedTable: true }).snapshot();

const CASES: Readonly<Record<string, Case>> = {
  'a file of over 64 MiB': { files: [named('big', new Uint8Array((64 << 20) + 1))], kinds: ['file-too-large'], says: /big is 67,108,865 bytes; no file over 64 MiB/ },
  text: { files: [textFile('notes.txt', 'buy milk\n'.repeat(30))], kinds: ['not-an-app'], says: /^notes\.txt is not an app image that a bootloader would start: .*it looks like text/ },
  'no bytes': { files: [named('empty.bin', new Uint8Array())], kinds: ['not-an-app'], says: /no bytes at all/ },
  'a damaged app': { files: [named('d.bin', edited(raftDemo150(), (d) => d.set([1], 0x5000)))], kinds: ['app-damaged'], says: /is not an app image that a bootloader would start: The image's/ },
  'a truncated app': { files: [named('d.bin', raftDemo150().slice(0, 0x5000))], kinds: ['app-damaged'], says: /would start: Segment \d+ needs/ },
  'a damaged bootloader': { files: [named('b.bin', edited(bootloader(4).data, (d) => d.set([1], 0x3000)))], kinds: ['bootloader-damaged'], says: /not a bootloader that the chip would start/ },
  'another chip': { files: [named('s3.bin', buildAppImage({ project: 'x', version: '1', seed: 1, chipId: 9 }))], kinds: ['wrong-chip'], says: /^s3\.bin is for the ESP32-S3, and this board is an ESP32\.$/ },
  'a bootloader for another chip': { files: [named('b.bin', edited(bootloader(4).data, (d) => d.set([9], 12)))], kinds: ['wrong-chip'], says: /for the ESP32-S3/ },
  'a revision too old': { files: [named('n.bin', buildAppImage({ project: 'x', version: '1', seed: 1, minRev: 400, maxRev: 499 }))], kinds: ['chip-too-old'], says: /needs chip revision v4\.0 or newer, and this board has v3\./ },
  'a revision too new': { files: [named('o.bin', buildAppImage({ project: 'x', version: '1', seed: 1, maxRev: 199 }))], kinds: ['chip-too-new'], says: /up to revision v1\.99, and this board has v3:/ },
  'no partition for apps': { files: [app, noOta], kinds: ['no-app-partition', '?partitions-lost'].toSorted(), says: /no partition for an app/ },
  'no partition for a boot choice': { files: [otadata(1), noOta], kinds: ['?partitions-lost', 'no-place'].toSorted(), says: /There is no place for otadata\.bin on this board/ },
  'data without a place': { files: [named('cert.der', Uint8Array.from({ length: 99 }, (_, i) => i * 89))], kinds: ['place-not-chosen'], says: /cert\.der does not say where it belongs/ },
  'an app larger than every slot': {
    files: [named('l.bin', buildAppImage({ project: 'x', version: '1', seed: 1, size: 0x1c0000 }))],
    kinds: ['app-too-large'],
    says: /l\.bin is 1\.75 MiB, and app0 holds 1728 KiB: 64 KiB too much\. No app partition/,
  },
  'an app larger than the chosen slot': {
    files: [app, table((rows) => rows.map((row) => (row.label === 'app0' ? { ...row, size: 0x10000 } : row)))],
    chosen: { 'app.bin': 'app0@131072' },
    kinds: ['?partitions-lost', 'app-too-large'],
    says: /app\.bin is 634,832 bytes, and app0 holds 64 KiB: 569,296 bytes too much\. It would fit into app1\./,
  },
  'a bootloader that is too large': { files: [bare(0x8000, 0x50)], kinds: ['bootloader-too-large'], says: /before the partition table there are 28 KiB/ },
  'a bootloader for a larger chip': { files: [bootloader(16)], kinds: ['bootloader-past-chip'], says: /built for 16 MiB of flash, and this board’s chip has 4 MiB/ },
  'a bootloader that refuses the table': { files: [bootloader(2)], kinds: ['bootloader-past-table'], says: /built for 2 MiB of flash, but app1 ends at 0x380000/ },
  'overlapping rows': { files: [table((rows) => rows.map((row) => (row.label === 'fs' ? { ...row, offset: 0x370000 } : row)))], kinds: ['table-refused'], says: /cannot be this board’s partition table: "fs" and "app1" share flash/ },
  'a table past the chip': { files: [table((rows) => rows.map((row) => (row.label === 'fs' ? { ...row, size: 0x100000 } : row)))], kinds: ['table-refused'], says: /"fs" ends at 0x480000/ },
  'a table with a wrong checksum': { files: [named('p.bin', edited(sameTable.data, (d) => d.set([0x21], 12)))], kinds: ['table-refused'], says: /checksum does not match/ },
  'a CSV with a mistake': { files: [textFile('p.csv', 'nvs,data,nvs,0x9000,0x6000\napp,app,factory,0x10001,1M\n')], kinds: ['table-refused'], says: /"app".*0x10001/ },
  'a table past the bootloader’s header': { files: [sameTable], flash: small, kinds: ['table-past-header'], says: /In partitions\.bin app1 ends at 0x380000, past the flash size in the bootloader’s header, 2 MiB/ },
  'merged from damaged parts': { files: [named('m.bin', edited(sound, (d) => d.set([1], 0x30000)))], kinds: ['merged-refused', 'merged-refused'], says: /m\.bin is a merged image that would not work: The image's/ },
  'merged for a larger flash': { files: [named('m.bin', edited(new Uint8Array(0x400001), (d) => d.set(sound)))], kinds: ['merged-past-flash'], says: /m\.bin ends at 0x400001, and this board’s flash at 0x400000: 1 byte too much/ },
  'merged for another chip': { files: [named('m.bin', edited(sound, (d) => d.set([9], 0x2000c)))], kinds: ['wrong-chip'], says: /for the ESP32-S3/ },
  'data larger than its partition': {
    files: [named('d.bin', Uint8Array.from({ length: 0x90000 }, (_, i) => i * 89))],
    chosen: { 'd.bin': 'fs@3670016' },
    kinds: ['data-too-large'],
    says: /d\.bin is 576 KiB, and fs holds 512 KiB: 64 KiB too much/,
  },
  'a file system larger than its partition': { files: [named('f.bin', buildLittleFs(0x100000).slice(0, 0x4000))], kinds: ['file-system-too-large'], says: /The LittleFS in f\.bin was made for 1 MiB, and fs has 512 KiB: 512 KiB too much/ },
  'two apps that are both to start': {
    files: [app, named('b.bin', blink)],
    chosen: { 'app.bin': 'app0@131072+start', 'b.bin': 'app1@1900544+start' },
    flash: edited(sound, (d) => {
      d.set(buildPartitionTable([...RAFT_OTA_ROWS.filter(({ label }) => label !== 'fs'), { label: 'app2', type: 0, subtype: 0x12, offset: 0x380000, size: 0x80000 }]), 0x8000);
      d.set(buildOtadata({ seq: 3 }, null), 0x1e000);
      d.set(blink, 0x380000);
    }),
    kinds: ['two-starts'],
    says: /app\.bin and b\.bin are each to be started, from app0 and app1/,
  },
  'a damaged table on the board': { files: [app], flash: damaged, kinds: ['?table-damaged'], says: /partition table on the board is damaged/ },
  'a table past the header on the board': { files: [app], flash: small, kinds: ['?board-table-past-header'], says: /app1 ends at 0x380000, past the flash size in its bootloader’s header, 2 MiB/ },
  'a table that drops partitions': { files: [smallerFs], kinds: ['?partitions-lost'], says: /fs, 0x380000, 512 KiB \(now at 0x380000, 256 KiB\)\./ },
  'padding over settings': { files: [blankSettings], chosen: { 'merged.bin': 'merged-everything' }, kinds: ['?padding-erases'], says: /would erase nvs, 0x9000, 84 KiB\./ },
  'an image without a description as an app': { files: [bare(0x8000)], kinds: ['?image-without-description'], says: /bare\.bin has no app description/ },
  'a boot choice of an empty slot': { files: [otadata(2)], kinds: ['?choice-of-empty-slot'], says: /selects app1, which holds no whole app\. The bootloader would fall back to app0/ },
  'SPIFFS of another size': { files: [spiffs(0x40000), SPIFFS_TABLE], kinds: ['?partitions-lost', '?spiffs-size'], says: /The SPIFFS in spiffs\.bin was made for 256 KiB, and fs has 512 KiB/ },
};

test.each(Object.entries(CASES))('refused or asked: %s', async (_, { files, chosen, flash, kinds, says }) => {
  const board = await boardOf(flash ?? sound);
  const placements = place(files, board, chosen);
  expect(kindsOf(placements, board)).toEqual(kinds);
  expect(checkFiles(placements, board).map((refusal) => refusal.says).join('\n')).toMatch(says);
});

test('every kind of refusal has a case of its own', () => {
  const seen = new Set(Object.values(CASES).flatMap(({ kinds }) => kinds.map((kind) => kind.replace('?', ''))));
  expect(FILE_REFUSAL_KINDS.filter((kind) => !seen.has(kind))).toEqual([]);
});

describe('not refused', () => {
  let board: EspInspection;
  beforeAll(async () => {
    board = await boardOf(sound);
  });

  test.each<[string, readonly DroppedFile[]]>([
    ['an app', [app]],
    ['bootloader, table and app in one go', [bootloader(4), sameTable, app]],
    ['the same table', [sameTable]],
    ['a table that only gives another name', [renamed]],
    ['a file system that is smaller than its partition', [named('f.bin', buildLittleFs(0x40000))]],
    ['a backup of the whole flash', [named('m.bin', sound.slice())]],
    ['only the parts of a merged image with blank settings', [blankSettings]],
    ['a boot choice with the app that it selects', [otadata(2), app]],
  ])('%s', (_, files) => {
    const chosen = files.length === 2 ? { 'app.bin': 'app1@1900544' } : {};
    expect(kindsOf(place(files, board, chosen), board)).toEqual([]);
  });

  test('a damaged table on the board does not matter where a sound one is dropped', async () => {
    const here = await boardOf(damaged);
    expect(kindsOf(place([sameTable, app], here), here)).toEqual([]);
  });

  test('a bootloader for the true size mends a header that is too small', async () => {
    const here = await boardOf(small);
    expect(kindsOf(place([bootloader(4), sameTable, app], here), here)).toEqual([]);
    expect(kindsOf(place([bootloader(4)], here), here)).toEqual([]);
  });
});

test('what a new table loses is told with what it holds', async () => {
  const board = await boardOf(sound);
  const [ask] = checkFiles(place([noOta], board), board);
  expect(ask?.values).toMatchObject({
    nvs: '0x9000, 84 KiB: now at 0x9000, 24 KiB. It holds: Settings (NVS): 11 entries in 1 page.',
    app0: expect.stringMatching(/^0x20000, 1728 KiB: gone\. It holds: The app "raft-demo"/),
    fs: '0x380000, 512 KiB: now at 0x10000, 1 MiB. It holds: A LittleFS file system of 512 KiB.',
  });
});

test('only what the ESP32 loader surely tells is taken for a revision', () => {
  const identity = { family: 'esp', revision: '3', key: null, facts: [] };
  const packaged = (value: string) => ({ ...identity, chip: 'ESP32-C3', facts: [{ name: 'Package', value }] });
  expect(revisionOf({ ...identity, chip: 'ESP32' })).toEqual({ least: 300, most: 399 });
  // esptool-js answers with the minor number here.
  expect(revisionOf({ ...identity, chip: 'ESP32-C3' })).toBeNull();
  expect(revisionOf(packaged('ESP32-C3 (QFN32) (revision v0.4)'))).toEqual({ least: 4, most: 4 });
  expect(revisionOf(packaged('ESP32-D0WD-V3 (revision 3)'))).toEqual({ least: 300, most: 399 });
});

test('the old revision field counts on the ESP32', async () => {
  const board = await boardOf(sound);
  const old = named('old.bin', edited(bare(0x800).data, (d) => d.set([4], 14)));
  expect(kindsOf(place([old], board), board)).toEqual(['chip-too-old']);
});

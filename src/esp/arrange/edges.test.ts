/** Edge cases: exact fits, other chips and revisions, gaps, and the reasons shown for choices. */
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { spiffs } from '../../testing/rules/samples.ts';
import { spiffsImage } from './file-system-size.ts';
import {
  afterwardsOf,
  bareBootloader,
  boardOf,
  checkFiles,
  choiceIds,
  kindsOf,
  named,
  place,
  placesFor,
  textFile,
  written,
} from '../../testing/esp/placements.ts';
import { identify } from './identify.ts';
import { difference, noise } from '../../testing/bytes.ts';

const sound = factoryFlash().snapshot();
/** Two slots of 64 KiB and a factory app of 128 KiB. */
const SMALL: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x5000 },
  { label: 'otadata', type: 1, subtype: 0, offset: 0xe000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: 0x10000, size: 0x10000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0x20000, size: 0x10000 },
  { label: 'fs', type: 1, subtype: 0x82, offset: 0x30000, size: 0x10000 },
  { label: 'own', type: 0x40, subtype: 0, offset: 0x40000, size: 0x1000 },
];

function boardWith(rows: readonly TableRow[]): Uint8Array {
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(buildBootloaderImage({ flashMegabytes: 4 }), 0x1000);
  flash.set(buildPartitionTable(rows), 0x8000);
  return flash;
}

const appOf = (size: number) => buildAppImage({ project: 'blink', version: '2', seed: 3, size });

describe('exact fit', () => {
  const CASES: readonly (readonly [string, Uint8Array, string | undefined, readonly string[]])[] = [
    ['an app that fills its slot', appOf(0x10000), undefined, []],
    ['an app that is 16 bytes longer', appOf(0x10010), undefined, ['app-too-large']],
    ['a bootloader that fills its place', bareBootloader(0x7000), undefined, []],
    ['a bootloader that is 16 bytes longer', bareBootloader(0x7010), undefined, ['bootloader-too-large']],
    ['LittleFS of the partition’s size', buildLittleFs(0x10000), undefined, []],
    ['LittleFS of one block more', buildLittleFs(0x11000).slice(0, 0x2000), undefined, ['file-system-too-large']],
    ['SPIFFS of the partition’s size', spiffs(0x10000), undefined, []],
    ['SPIFFS of one block less', spiffs(0xf000), undefined, ['?spiffs-size']],
    ['SPIFFS of one block more', spiffs(0x11000), undefined, ['data-too-large']],
    ['data that fills a partition', noise(0x1000), 'own@262144', []],
    ['data of one byte more', noise(0x1001), 'own@262144', ['data-too-large']],
    ['a blank boot choice', new Uint8Array(0x2000).fill(0xff), undefined, []],
    ['settings that fill their partition', buildNvs(0x5000, [{ name: 'a', entries: [] }]), undefined, []],
  ];
  test.each(CASES)('%s', async (_, data, chosen, kinds) => {
    const board = await boardOf(boardWith(SMALL));
    const file = named('file.bin', data);
    expect(kindsOf(place([file], board, chosen === undefined ? {} : { 'file.bin': chosen }), board)).toEqual(kinds);
  });

  test('header flash size and end of the table may equal the chip’s flash size', async () => {
    const rows = RAFT_OTA_ROWS.map((row) => ({ ...row }));
    const board = await boardOf(sound);
    const files = [
      named('b.bin', buildBootloaderImage({ flashMegabytes: 4 })),
      named('p.bin', buildPartitionTable(rows)),
    ];
    expect(kindsOf(place(files, board), board)).toEqual([]);
  });

  test('there are no questions without files', async () => {
    for (const options of [{ damagedTable: true }, { headerMegabytes: 2 }] as const) {
      expect(checkFiles([], await boardOf(factoryFlash(options).snapshot()))).toEqual([]);
    }
  });

  test('an empty file and a partial block are not SPIFFS', () => {
    expect(spiffsImage(new Uint8Array())).toBeNull();
    expect(spiffsImage(spiffs(0x4000).slice(0, 0x3800))).toBeNull();
    expect(spiffsImage(spiffs(0x4000))).toEqual({ name: 'SPIFFS', size: 0x4000 });
  });
});

describe('chips and revisions', () => {
  const made = (minRev: number, maxRev: number) =>
    named('r.bin', buildAppImage({ project: 'x', version: '1', seed: 1, minRev, maxRev }));
  test.each<[string, number, number, string, readonly string[]]>([
    ['the revision that is asked for', 301, 399, 'ESP32-D0WD (revision v3.1)', []],
    ['one below it', 301, 399, 'ESP32-D0WD (revision v3.0)', ['chip-too-old']],
    ['the last revision that is allowed', 0, 301, 'ESP32-D0WD (revision v3.1)', []],
    ['one above it', 0, 300, 'ESP32-D0WD (revision v3.1)', ['chip-too-new']],
    ['no limit: 0', 0, 0, 'ESP32-D0WD (revision v3.1)', []],
    ['no limit: 65535', 0, 0xffff, 'ESP32-D0WD (revision v3.1)', []],
    ['a minor revision that is not stated may be any', 399, 300, 'ESP32-D0WD (revision 3)', []],
  ])('%s', async (_, minRev, maxRev, description, kinds) => {
    const board = await boardOf(sound, { package: description });
    expect(kindsOf(place([made(minRev, maxRev)], board), board)).toEqual(kinds);
  });

  test('an ESP32-S3 has its bootloader at 0x0, and an unknown revision refuses nothing', async () => {
    const flash = boardWith(SMALL);
    flash.copyWithin(0, 0x1000, 0x8000);
    flash[12] = 9;
    const board = await boardOf(flash, { chip: 'ESP32-S3', revision: '' });
    expect(board.esp.bootloader.address).toBe(0);
    const app = named('s3.bin', buildAppImage({ project: 'x', version: '1', seed: 1, chipId: 9, minRev: 99 }));
    expect(kindsOf(place([app], board), board)).toEqual([]);
    expect(choiceIds(placesFor(named('b', flash.slice(0, 0x6000)), [], board))[0]).toBe('bootloader');
    const merged = flash.slice(0, 0x20000);
    merged.set(app.data, 0x10000);
    const placements = place([named('m.bin', merged)], board);
    expect([kindsOf(placements, board), placements[0]?.choice?.address]).toEqual([[], 0]);
  });

  test('the bootloader address of an unknown chip is not guessed', async () => {
    const board = await boardOf(sound, { chip: 'ESP32-Z9' });
    const choices = placesFor(named('b.bin', buildBootloaderImage({ flashMegabytes: 4 })), [], board);
    expect(choices.map(({ id }) => id)).not.toContain('bootloader');
  });
});

describe('description of a file', () => {
  test.each([
    [
      'without a description and too large for a bootloader',
      appOf(0x10000).fill(0, 32, 36),
      /^An image for the ESP32 without a description, too large for a bootloader\.$/,
    ],
    [
      'a bootloader by its own description',
      bareBootloader(0x8000),
      /^A bootloader for the ESP32 and 4 MiB of flash, made with ESP-IDF v5\.3\.1\.$/,
    ],
    [
      'most likely a bootloader',
      bareBootloader(0x1000).fill(0, 32, 36),
      /^An image for the ESP32 without a description: most likely a bootloader, for 4 MiB of flash\.$/,
    ],
  ])('%s', async (_, data, says) => {
    expect(identify(named('x.bin', data), await boardOf(sound)).says).toMatch(says);
  });
});

describe('gaps', () => {
  const settings = buildNvs(0x6000, []);
  test.each<[string, Uint8Array]>([
    ['data that no partition holds', noise(0x20001)],
    ['settings: nothing behind them is erased', settings],
    ['SPIFFS of no partition’s size', spiffs(0x14000)],
  ])('%s', async (_, data) => {
    const flash = boardWith(SMALL);
    flash.fill(0x5a, 0x41000);
    const board = await boardOf(flash);
    const file = named('f.bin', data);
    const choice = placesFor(file, [file], board).find(({ id }) => id === 'gap@266240');
    expect(choice).toMatchObject({ name: 'the gap at 0x41000', fits: true, byHand: true });
    expect(choice?.why).toMatch(
      /^3836 KiB outside every partition; currently unrecognised data; only a program that knows this address will find it/,
    );
    const placements = place([file], board, { 'f.bin': 'gap@266240' });
    expect(kindsOf(placements, board)).toEqual([]);
    const wanted = flash.slice();
    wanted.set(data, 0x41000);
    expect(difference(written(flash, placements, board), wanted)).toBeNull();
  });

  test('a file that only fits in a gap is placed by hand', async () => {
    const board = await boardOf(boardWith(SMALL));
    expect(kindsOf(place([named('f.bin', noise(0x20001))], board), board)).toEqual(['place-not-chosen']);
  });

  test.each([
    ['the last byte', 0x3bf000, true],
    ['one more', 0x3bf001, false],
  ])('a gap, %s', async (_, size, there) => {
    const file = named('f.bin', noise(size));
    const ids = choiceIds(placesFor(file, [file], await boardOf(boardWith(SMALL))));
    expect(ids.includes('(gap@266240)')).toBe(there);
  });

  test('neither an app nor otadata can go there', async () => {
    const board = await boardOf(boardWith(SMALL));
    for (const data of [appOf(0x10010), new Uint8Array(0x2000).fill(0xff)]) {
      const file = named('f.bin', data);
      expect(choiceIds(placesFor(file, [file], board)).join()).not.toContain('gap');
    }
  });
});

describe('reason shown for a choice', () => {
  test.each<[string, string, Uint8Array, string]>([
    ['an app that starts by itself', 'app0@65536', appOf(0x8000), 'app0 holds no app; the board will start it'],
    [
      'settings',
      'nvs@36864',
      buildNvs(0x3000, []),
      'for settings; currently blank (erased) throughout; the rest of the partition is erased',
    ],
    [
      'settings of the whole size',
      'nvs@36864',
      buildNvs(0x5000, []),
      'for settings; currently blank (erased) throughout',
    ],
    [
      'a smaller LittleFS',
      'fs@196608',
      buildLittleFs(0x8000),
      'for files (SPIFFS; Arduino also puts LittleFS here); currently blank (erased) in its first 8 KiB; ' +
        'made for 32 KiB, so the rest of the partition’s 64 KiB stays unused',
    ],
    [
      'data',
      'own@262144',
      noise(99),
      'for the project’s own kind of data; currently blank (erased) throughout; the content after the end of the file is kept',
    ],
    [
      'data of the whole size',
      'own@262144',
      noise(0x1000),
      'for the project’s own kind of data; currently blank (erased) throughout',
    ],
    ['data that is too large', 'own@262144', noise(0x1001), 'too small: it holds 4 KiB'],
  ])('%s', async (_, id, data, why) => {
    const board = await boardOf(boardWith(SMALL));
    const file = named('f.bin', data);
    expect(placesFor(file, [file], board).find((choice) => choice.id === id)?.why).toBe(why);
  });

  test('an exact fit comes first for data, and a partition of size 0 is not offered', async () => {
    const board = await boardOf(
      boardWith([...SMALL, { label: 'none', type: 0x40, subtype: 1, offset: 0x50000, size: 0 }]),
    );
    const file = named('f.bin', noise(0x5000));
    expect(choiceIds(placesFor(file, [file], board))).toEqual([
      '(nvs@36864)',
      '(fs@196608)',
      '!(otadata@57344)',
      '!(own@262144)',
      '(gap@266240)',
    ]);
  });

  test('control characters in a partition name do not reach the refusal', async () => {
    const board = await boardOf(sound);
    const file = textFile('t.csv', 'a\u202eb, app, factory, 0x10000, 1M\n');
    const refused = checkFiles(place([file], board), board);
    expect(refused.map(({ kind }) => kind)).toContain('table-refused');
    expect(JSON.stringify(refused.map(({ says }) => says))).not.toContain('\u202e');
  });

  test('a new bootloader alone does not change what starts', async () => {
    const board = await boardOf(sound);
    const placements = place([named('b.bin', buildBootloaderImage({ flashMegabytes: 4 }))], board);
    expect(afterwardsOf(placements, board)).toBe('The board will keep starting app0.');
  });

  test('a board without a bootloader starts the app only if a bootloader is written too', async () => {
    const board = await boardOf(sound.slice().fill(0xff, 0x1000, 0x8000));
    const app = named('app.bin', raftDemo150());
    expect(afterwardsOf(place([app], board), board)).toMatch(
      /^Afterwards nothing starts: there is no ESP32 bootloader/,
    );
    const both = place([app, named('b.bin', buildBootloaderImage({ flashMegabytes: 4 }))], board);
    expect(afterwardsOf(both, board)).toMatch(/^The board will start the new app from app1\./);
  });
});

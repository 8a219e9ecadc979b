/** The choices for each kind of file, with their order and reasons. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { buildNvs } from '../../virtual-boards/esp/firmware/nvs.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo142, raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { edited, rowsWith } from '../../testing/rules/samples.ts';
import type { EspInspection } from '../board/inspection.ts';
import {
  afterwardsOf,
  boardOf,
  choiceIds,
  named,
  place,
  placesFor,
  textFile,
  written,
} from '../../testing/esp/placements.ts';
import { identify } from './identify.ts';
import { difference } from '../../testing/bytes.ts';

const flash = factoryFlash().snapshot();
const app = named('app.bin', raftDemo150());
const bootloader = named('bootloader.bin', buildBootloaderImage({ flashMegabytes: 4 }));
const NVS = buildNvs(0x3000, [{ name: 'wifi', entries: [{ key: 'ssid', type: 'string', value: 'workshop' }] }]);
const SINGLE = textFile(
  'single.csv',
  'nvs, data, nvs, 0x9000, 0x6000\nphy_init, data, phy, 0xf000, 0x1000\nfs, data, spiffs, 0x10000, 0xF0000\nfactory, app, factory, 0x100000, 2M\n',
);

let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
});

function random(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

/** The boot sector of a FAT volume with this many sectors, after a spare sector if there is wear levelling. */
function fat(sectorSize: number, sectors: number, at = 0): Uint8Array {
  const data = new Uint8Array(at + 0x4000).fill(0, at);
  const view = new DataView(data.buffer, at);
  data.set([0xeb, 0xfe, 0x90], at);
  view.setUint16(11, sectorSize, true);
  // Clusters of one sector, one reserved sector, one FAT of one sector, 512 entries in the root directory.
  data.set([1, 1, 0, 1, 0, 2], at + 13);
  view.setUint16(19, sectors, true);
  view.setUint16(22, 1, true);
  data.set([0x55, 0xaa], at + 510);
  return data;
}

describe('files are identified by content', () => {
  const CASES: readonly (readonly [string, () => DroppedFile, string, RegExp])[] = [
    ['an app', () => app, 'app', /^The app raft-demo 1\.5\.0 for the ESP32/],
    [
      'a bootloader',
      () => bootloader,
      'bootloader',
      /^A bootloader for the ESP32 and 4 MiB of flash, made with ESP-IDF v5\.3\.1\.$/,
    ],
    [
      'a binary table',
      () => named('x', buildPartitionTable(RAFT_OTA_ROWS)),
      'partition table',
      /5 partitions: nvs, otadata, app0, app1, fs/,
    ],
    ['a table as CSV', () => SINGLE, 'partition table', /as CSV with 4 partitions/],
    ['a CSV under another name', () => named('layout.txt', SINGLE.data.slice()), 'partition table', /as CSV/],
    ['LittleFS', () => named('fs.bin', buildLittleFs(0x80000)), 'LittleFS image', /for 512 KiB/],
    ['FAT', () => named('fat.bin', fat(0x1000, 0x60)), 'FAT image', /^A FAT file system for 384 KiB\.$/],
    ['FAT with wear levelling', () => named('fat.bin', fat(0x1000, 0x60, 0x1000)), 'FAT image', /for 400 KiB/],
    ['settings', () => named('nvs.bin', NVS), 'NVS image', /^Settings \(NVS\): 3 entries of 32 bytes in 1 page\.$/],
    [
      'a boot choice',
      () => named('ota.bin', buildOtadata({ seq: 2 }, null)),
      'boot choice',
      /sequence number 2, state UNDEFINED \(no trial is pending\)/,
    ],
    ['a blank boot choice', () => named('ota.bin', new Uint8Array(0x2000).fill(0xff)), 'boot choice', /^Blank/],
    [
      'a backup of the whole flash',
      () => named('all.bin', flash.slice()),
      'merged image',
      /bootloader, partition table, nvs, otadata, app0, fs/,
    ],
    ['a merged image from the bootloader on', () => named('m.bin', flash.slice(0x1000)), 'merged image', /app0/],
    ['raw data', () => named('cert.bin', random(700)), 'data', /Data of 700 bytes/],
    ['text', () => textFile('notes.txt', 'buy milk\n'.repeat(40)), 'text', /it looks like text/],
    ['JSON', () => textFile('x.json', '{"a": 1, "b": [2, 3],\n "c": "app, factory"}'), 'text', /it is a JSON text/],
    ['nothing', () => named('x.bin', new Uint8Array()), 'empty', /The file is empty\./],
    ['a ZIP archive', () => textFile('x.bin', 'PK\u0003\u0004aaaa'), 'unknown', /ZIP/],
    ['a file of over 128 MiB', () => named('x.bin', new Uint8Array((128 << 20) + 1)), 'too large', /too large/],
  ];
  test.each(CASES)('%s', (_, file, kind, says) => {
    const what = identify(file(), board);
    expect(what.kind).toBe(kind);
    expect(what.says).toMatch(says);
  });
});

describe('places', () => {
  const CASES: readonly (readonly [string, () => readonly DroppedFile[], readonly string[]])[] = [
    ['an app: the spare slot first', () => [app], ['app1@1900544+start', 'app0@131072', 'app1@1900544']],
    [
      'the app that is there already: its own slot first',
      () => [named('a', raftDemo142())],
      ['app0@131072', 'app1@1900544+start', 'app1@1900544'],
    ],
    [
      'an app with its own boot choice goes to the slot it selects, and is not started twice',
      () => [app, named('o', buildOtadata({ seq: 2 }, null))],
      ['app1@1900544', 'app0@131072'],
    ],
    [
      'a bootloader: slots only by hand',
      () => [bootloader],
      ['bootloader', '(app1@1900544+start)', '(app0@131072)', '(app1@1900544)'],
    ],
    ['a table', () => [SINGLE], ['table@32768']],
    ['an app with a new table goes by the new one', () => [app, SINGLE], ['factory@1048576']],
    [
      'LittleFS: its own subtype first',
      () => [named('f', buildLittleFs(0x80000))],
      ['fs@3670016', '!(nvs@36864)', '!(otadata@122880)'],
    ],
    [
      'FAT: no partition for it, so only by hand',
      () => [named('f', fat(0x1000, 0x60))],
      ['(fs@3670016)', '!(nvs@36864)', '!(otadata@122880)'],
    ],
    ['settings', () => [named('n', NVS)], ['nvs@36864', '(fs@3670016)', '!(otadata@122880)']],
    ['a boot choice', () => [named('o', buildOtadata({ seq: 2 }, null))], ['otadata@122880']],
    ['raw data: only by hand', () => [named('d', random(700))], ['(nvs@36864)', '(otadata@122880)', '(fs@3670016)']],
    [
      'a merged image, even of bootloader and table alone',
      () => [named('m', flash.slice(0x1000, 0x8c00))],
      ['merged-parts', 'merged-everything'],
    ],
    ['text', () => [textFile('t.txt', 'buy milk\n'.repeat(40))], []],
  ];
  test.each(CASES)('%s', (_, files, ids) => {
    const all = files();
    const [file] = all;
    if (file === undefined) throw new Error('no file');
    expect(choiceIds(placesFor(file, all, board))).toEqual(ids);
  });

  test('replacing the only app warns about an interruption', () => {
    const own = placesFor(app, [app], board).find(({ id }) => id === 'app0@131072');
    expect(own?.why).toBe(
      'replaces raft-demo 1.4.2, which the board starts now; an interruption leaves the board without an app until you flash again',
    );
  });

  test('replacing the running app does not warn if another one loads', async () => {
    const both = flash.slice();
    both.set(raftDemo150(), 0x1d0000);
    const other = named('b', buildAppImage({ project: 'blink', version: '2', seed: 3 }));
    const own = placesFor(other, [other], await boardOf(both)).find(({ id }) => id === 'app0@131072');
    expect(own?.why).toBe('replaces raft-demo 1.4.2, which the board starts now');
  });

  test('a moved table is only replaced at its address: the usual one belongs to the bootloader', async () => {
    const moved = flash.slice();
    const rows = RAFT_OTA_ROWS.map((row) => (row.label === 'nvs' ? { ...row, offset: 0xb000, size: 0x13000 } : row));
    moved.fill(0xff, 0x8000, 0x9000).set(buildPartitionTable(rows), 0xa000);
    const found = await boardOf(moved);
    expect(found.findings.map(({ kind }) => kind)).toContain('table-elsewhere');
    expect(choiceIds(placesFor(SINGLE, [SINGLE], found))).toEqual(['table@40960']);
    const after = written(moved, place([SINGLE], found, { 'single.csv': 'table@32768' }), found);
    expect(difference(after.slice(0, 0xa000), moved.slice(0, 0xa000))).toBeNull();
  });

  test('a misleading file name is not repeated in the description', () => {
    const evil = textFile('<b>\u202Egpj.exe', 'buy milk\n'.repeat(40));
    expect(identify(evil, board).says).not.toContain('<b>');
  });
});

describe('written bytes', () => {
  test('an NVS image smaller than its partition leaves no old pages after it', () => {
    const after = written(flash, place([named('n', NVS)], board), board);
    expect(difference(after.slice(0x9000, 0xc000), NVS)).toBeNull();
    expect(after.slice(0xc000, 0x1e000).every((byte) => byte === 0xff)).toBe(true);
    expect(difference(after.slice(0x1e000), flash.slice(0x1e000))).toBeNull();
  });

  test('a CSV table becomes 0xC00 bytes with an MD5, and the rest of its erase unit is kept', () => {
    const before = flash.slice();
    before.fill(0x5a, 0x8c00, 0x9000);
    const after = written(before, place([textFile('t.csv', csvOf(RAFT_OTA_ROWS))], board), board);
    expect(difference(after, before)).toBeNull();
  });

  test('only the parts of a merged image are written; content under its padding is kept', () => {
    const blanked = flash.slice();
    blanked.fill(0xff, 0x9000, 0x20000);
    const placements = place([named('m', blanked)], board);
    expect(difference(written(flash, placements, board), flash)).toBeNull();
    const whole = place([named('m', blanked)], board, { m: 'merged-everything' });
    expect(difference(written(flash, whole, board), blanked)).toBeNull();
  });

  test('the parts of a merged image start its app although the board’s otadata selects another', async () => {
    const second = flash.slice();
    second.set(raftDemo142(), 0x1d0000);
    second.set(buildOtadata({ seq: 1 }, { seq: 2 }), 0x1e000);
    const here = await boardOf(second);
    expect(here.esp.prediction.boots?.name).toBe('app1');
    const image = flash.slice(0, 0x200000).fill(0xff, 0x9000, 0x20000).fill(0xff, 0x1d0000);
    const placements = place([named('m', image)], here);
    expect(afterwardsOf(placements, here)).toMatch(/^The board will start the new app from app0\./);
    expect((await boardOf(written(second, placements, here))).esp.prediction.boots?.name).toBe('app0');
  });

  test('otadata at a new address gets both records, so that old content there selects nothing', async () => {
    const csv = textFile(
      'n.csv',
      'nvs,data,nvs,0x9000,0x5000\nota,data,ota,0xe000,0x2000\na,app,ota_0,0x10000,1M\nb,app,ota_1,0x110000,1M\n',
    );
    const files = [csv, app];
    const placements = place(files, board, { 'app.bin': 'b@1114112+start' });
    expect(afterwardsOf(placements, board)).toBe(
      'The board will start the new app from b. a, which it starts now, stays as a fallback.',
    );
    const after = await boardOf(written(flash, placements, board));
    expect(after.boot?.partition?.name).toBe('b');
  });

  test('a factory app is started by blanking otadata', async () => {
    const rows = [
      ...RAFT_OTA_ROWS.filter(({ label }) => label !== 'fs'),
      { label: 'factory', type: 0, subtype: 0, offset: 0x380000, size: 0x80000 },
    ];
    const other = flash.slice();
    other.set(buildPartitionTable(rows), 0x8000);
    const here = await boardOf(other);
    const blink = named('b', buildAppImage({ project: 'blink', version: '2', seed: 3 }));
    const placements = place([blink], here, { b: 'factory@3670016+start' });
    expect((await boardOf(written(other, placements, here))).boot?.partition?.name).toBe('factory');
  });
});

describe('afterwards', () => {
  const goesOn = 'The board will keep starting app0.';
  const tableOf = (app0: number) => named('p.bin', buildPartitionTable(rowsWith('app0', { size: app0 })));

  test('nothing starts if a new table truncates the app', () => {
    expect(afterwardsOf(place([tableOf(0x10000)], board), board)).toMatch(/^Afterwards: nothing starts\./);
    expect(afterwardsOf(place([tableOf(0x1b0000)], board), board)).toBe(goesOn);
  });

  test('nothing starts if a file overwrites the end of the app', async () => {
    const rows = rowsWith('fs', { offset: 0x80000, size: 0x4000 });
    const here = await boardOf(edited(flash, (copy) => copy.set(buildPartitionTable(rows), 0x8000)));
    const file = named('f', buildLittleFs(0x4000));
    expect(afterwardsOf(place([file], here), here)).toMatch(/^Afterwards: nothing starts\./);
    expect(afterwardsOf(place([file], board), board)).toBe(goesOn);
  });

  test.each([
    [
      'the new app',
      () => place([app], board),
      'The board will start the new app from app1. app0, which it starts now, stays as a fallback.',
    ],
    [
      'not started',
      () => place([app], board, { 'app.bin': 'app1@1900544' }),
      'The board will keep starting app0: the app you write is not started.',
    ],
    ['no app at all', () => place([named('n', NVS)], board), 'The board will keep starting app0.'],
    [
      'a table in which nothing starts',
      () => place([textFile('none.csv', 'nvs,data,nvs,0x9000,0x5000\n')], board),
      'Afterwards: nothing starts. No partition holds an app.',
    ],
    [
      'a table into whose only slot the app moves',
      () => place([SINGLE], board),
      'The board will keep starting factory.',
    ],
    ['a table with its app', () => place([SINGLE, app], board), 'The board will start the new app from factory.'],
  ])('%s', (_, placements, says) => {
    expect(afterwardsOf(placements(), board)).toBe(says);
  });
});

function csvOf(rows: typeof RAFT_OTA_ROWS): string {
  return rows
    .map(({ label, type, subtype, offset, size }) => `${label},${type},${subtype},${offset},${size}\n`)
    .join('');
}

/** Which slot an app goes to: not over the running app, not into a slot that another file fills, and never by a blank hash. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { assembleImage } from '../../virtual-boards/esp/firmware/image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo142 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { appDescription } from '../../testing/esp/archives.ts';
import { afterwardsOf, boardOf, imageOf, kindsOf, named, place, placesFor } from '../../testing/esp/placements.ts';
import type { EspInspection } from '../board/inspection.ts';

const flash = factoryFlash().snapshot();
let board: EspInspection;
beforeAll(async () => {
  board = await boardOf(flash);
});

/** An app whose description holds this ELF hash in every byte, as 0 where the build stores none. */
function hashed(version: string, byte: number): Uint8Array {
  const data = appDescription('WLED', version);
  data.fill(byte, 144, 176);
  const header = { chipId: 0, entry: 0x40080400, mode: 2, size: 2, frequency: 0, minRev: 0, maxRev: 399 };
  return assembleImage(header, [{ load: 0x3f400020, data }]);
}

describe('an app without an ELF hash', () => {
  test.each([0, 0xff])('goes to the spare slot, whatever runs (hash %i)', async (byte) => {
    const running = flash.slice();
    running.set(hashed('0.14.3', byte), 0x20000);
    const wled = await boardOf(running);
    for (const version of ['0.14.4', '0.14.3']) {
      const choices = placesFor(named('wled.bin', hashed(version, byte)), [], wled);
      expect(choices.map(({ id }) => id)).toEqual(['app1@1900544+start', 'app0@131072', 'app1@1900544']);
      expect(choices.map(({ why }) => why).slice(0, 2)).toEqual([
        'app1 holds no app; WLED 0.14.3 stays in app0 as a fallback',
        'replaces WLED 0.14.3, which the board starts now; an interruption leaves the board without an app until you flash again',
      ]);
    }
  });
});

describe('an app that is already there by its ELF hash', () => {
  const file = named('app.bin', raftDemo142());

  test('is not called the same while only its header was read', () => {
    expect(placesFor(file, [], board)[0]).toMatchObject({
      id: 'app0@131072',
      why: 'the app in app0 has the same header; where the rest differs, it is written; an interruption leaves the board without an app until you flash again',
    });
  });

  test('is the same once all of it was read', () => {
    const examined = { ...board, esp: { ...board.esp, examined: new Map([[0x20000, []]]) } };
    expect(placesFor(file, [], examined)[0]).toMatchObject({
      id: 'app0@131072',
      why: 'the same app is already in app0',
    });
  });
});

const ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x5000 },
  { label: 'otadata', type: 1, subtype: 0, offset: 0xe000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: 0x10000, size: 0x180000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0x190000, size: 0x180000 },
];

/** The first 64 KiB of a merged image: bootloader, table, otadata; then an app for app0 if there is one. */
function front(otadata: Uint8Array | null, app?: Uint8Array): Uint8Array {
  const data = new Uint8Array(0x10000 + (app?.length ?? 0)).fill(0xff);
  data.set(buildBootloaderImage({ flashMegabytes: 4 }), 0x1000);
  data.set(buildPartitionTable(ROWS), 0x8000);
  if (otadata !== null) data.set(otadata, 0xe000);
  if (app !== undefined) data.set(app, 0x10000);
  return data;
}

const FIRST = buildOtadata({ seq: 1 }, null);
const app = buildAppImage({ project: 'demo', version: '1.0', seed: 1 });
const second = named('second.bin', buildAppImage({ project: 'demo', version: '0.1', seed: 2 }));

describe('an app beside a merged front that brings otadata', () => {
  test.each([
    ['at the address that its manifest gives', { at: 0x10000 }],
    ['without an address', {}],
  ])('%s goes to the slot that this otadata selects, and nothing else writes otadata', (_, at) => {
    const files = [named('front.bin', front(FIRST)), { ...named('app.bin', app), ...at }];
    const placed = place(files, board);
    expect(placed.map(({ choice }) => choice?.id)).toEqual(['merged-parts', 'app0@65536']);
    expect(kindsOf(placed, board)).toEqual(['?partitions-lost']);
    expect(afterwardsOf(placed, board)).toBe('The board will start the new app from app0.');
    const written = imageOf(placed, board).filter(({ address }) => address >= 0xe000 && address < 0x10000);
    expect(written.map(({ address, data }) => [address, Buffer.compare(data, FIRST)])).toEqual([[0xe000, 0]]);
  });

  test('goes to the second slot if that is selected', () => {
    const placed = place(
      [named('front.bin', front(buildOtadata({ seq: 1 }, { seq: 2 }))), named('app.bin', app)],
      board,
    );
    expect(placed[1]?.choice?.id).toBe('app1@1638400');
    expect(kindsOf(placed, board)).toEqual(['?partitions-lost']);
    expect(afterwardsOf(placed, board)).toBe('The board will start the new app from app1.');
  });

  test('is started by blank otadata that the padding writes', () => {
    const files = [named('front.bin', front(null)), named('app.bin', app)];
    const placed = place(files, board, { 'front.bin': 'merged-everything' });
    expect(placed[1]?.choice?.id).toBe('app0@65536');
    expect(kindsOf(placed, board)).toEqual(['?padding-erases', '?partitions-lost']);
    expect(afterwardsOf(placed, board)).toBe('The board will start the new app from app0.');
  });
});

describe('a second app beside a merged image with an app', () => {
  test.each([
    ['and otadata', FIRST],
    ['and no otadata', null],
  ])('%s goes to the other slot and is not started', (_, otadata) => {
    const files = [named('merged.bin', front(otadata, app)), second];
    expect(placesFor(second, files, board).map(({ id, why }) => [id, why])).toEqual([
      ['app1@1638400', 'the board will start app0 from merged.bin'],
      ['app0@65536', 'merged.bin already puts an app there'],
    ]);
    const placed = place(files, board);
    expect(kindsOf(placed, board)).toEqual(['?partitions-lost']);
    expect(afterwardsOf(placed, board)).toBe('The board will start the new app from app0.');
  });
});

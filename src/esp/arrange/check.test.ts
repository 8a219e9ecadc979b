/** Every refusal and question about files, by name. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BrokenPlacement } from '../../testing/rules/files-drop.ts';
import { BROKEN_DROPS } from '../../testing/rules/files.ts';
import {
  APP,
  bootloader,
  DAMAGED_TABLE,
  NO_APPS,
  otadata,
  SAME_TABLE,
  SMALL_HEADER,
  SOUND,
  tableWith,
} from '../../testing/rules/samples.ts';
import type { EspInspection } from '../board/inspection.ts';
import { revisionOf } from './check-chip.ts';
import { byLength } from '../../testing/long.ts';
import { boardOf, checkFiles, kindsOf, named, place } from '../../testing/esp/placements.ts';

/** The first drop that is broken in each manner; a drop for each of the others is much the same. */
const isFirst = (drop: BrokenPlacement) =>
  BROKEN_DROPS.find((each) => String(each.kinds) === String(drop.kinds)) === drop;

for (const [options, drops] of byLength(BROKEN_DROPS, isFirst))
  test.each(drops)('refuses or asks: $title', options, async ({ broken, kinds, says }) => {
    const { files, chosen, flash, identity } = broken();
    const board = await boardOf(flash ?? SOUND, identity);
    const placements = place(files, board, chosen);
    expect(kindsOf(placements, board)).toEqual(kinds.toSorted());
    expect(
      checkFiles(placements, board)
        .map((refusal) => refusal.says)
        .join('\n'),
    ).toMatch(says);
  });

describe('not refused', () => {
  let board: EspInspection;
  beforeAll(async () => {
    board = await boardOf(SOUND);
  });

  test.each<[string, readonly DroppedFile[]]>([
    ['an app', [APP]],
    ['bootloader, table and app in one go', [bootloader(4), SAME_TABLE, APP]],
    ['the same table', [SAME_TABLE]],
    ['a table that only gives another name', [tableWith('fs', { label: 'storage' })]],
    ['a file system that is smaller than its partition', [named('f.bin', buildLittleFs(0x40000))]],
    [
      'only the programs of a merged image',
      [named('m.bin', SOUND.slice().fill(0xff, 0x9000, 0x1e000).fill(0xff, 0x380000))],
    ],
    ['a boot choice with the app that it selects', [otadata(2), APP]],
  ])('%s', (_, files) => {
    const chosen = files.length === 2 ? { 'app.bin': 'app1@1900544' } : {};
    expect(kindsOf(place(files, board, chosen), board)).toEqual([]);
  });

  test('a damaged table on the board, if a valid one is dropped', async () => {
    const here = await boardOf(DAMAGED_TABLE);
    expect(kindsOf(place([SAME_TABLE, APP], here), here)).toEqual([]);
  });

  test('a header with too small a flash size, if a bootloader for the actual size is dropped', async () => {
    const here = await boardOf(SMALL_HEADER);
    expect(kindsOf(place([bootloader(4), SAME_TABLE, APP], here), here)).toEqual([]);
    expect(kindsOf(place([bootloader(4)], here), here)).toEqual([]);
  });
});

test('the partitions that a new table loses are listed with their content', async () => {
  const board = await boardOf(SOUND);
  const ask = checkFiles(place([NO_APPS], board), board).find(({ kind }) => kind === 'partitions-lost');
  // Its settings fit the smaller partition, and its files move: nothing of them is lost.
  expect(Object.keys(ask?.values ?? {})).not.toContain('nvs');
  expect(Object.keys(ask?.values ?? {})).not.toContain('fs');
  expect(ask?.values).toMatchObject({
    app0: expect.stringMatching(/^0x20000, 1728 KiB: removed\. It holds: The app raft-demo 1\.4\.2 for the ESP32/),
  });
});

test('a revision is only used if the loader reports it unambiguously', () => {
  const identity = { family: 'esp', revision: '3', key: null, facts: [] };
  const packaged = (value: string) => ({ ...identity, chip: 'ESP32-C3', facts: [{ name: 'Package', value }] });
  expect(revisionOf({ ...identity, chip: 'ESP32' })).toEqual({ least: 300, most: 399 });
  // For this chip, esptool-js gives the minor number.
  expect(revisionOf({ ...identity, chip: 'ESP32-C3' })).toBeNull();
  expect(revisionOf({ ...identity, chip: 'ESP32-C3', revision: 'v1.1' })).toEqual({ least: 101, most: 101 });
  expect(revisionOf(packaged('ESP32-C3 (QFN32) (revision v0.4)'))).toEqual({ least: 4, most: 4 });
  expect(revisionOf(packaged('ESP32-D0WD-V3 (revision 3)'))).toEqual({ least: 300, most: 399 });
});

import { describe, expect, test } from 'vitest';
import { hex } from '../../flash/finding.ts';
import type { FitRequest } from '../../flash/layout-fit.ts';
import { textFile } from '../../testing/esp/placements.ts';
import type { Holds, SmallBoard, SmallRow } from '../../testing/esp/small-board.ts';
import { smallBoard } from '../../testing/esp/small-board.ts';
import type { EspInspection } from '../board/inspection.ts';
import { fitLayouts } from './fit.ts';
import { byLength } from '../../testing/long.ts';

const K = 1024;
const BLOCK = 0x10000;
const app = (size: number, slots: 'every' | 'one' = 'every'): FitRequest => ({ for: 'app', size, slots });
const data = (size: number): FitRequest => ({ for: 'data', size });

/** Raft's layout with updates over the air, whose first slot runs. */
const raft = (fs: Holds, app1: Holds = 'nothing'): SmallRow[] => [
  ['nvs', 1, 2, 0x9000, 0x15000, 'nvs'],
  ['otadata', 1, 0, 0x1e000, 0x2000, { selects: 1 }],
  ['app0', 0, 0x10, 0x20000, 0x1b0000, { app: 600 * K }],
  ['app1', 0, 0x11, 0x1d0000, 0x1b0000, app1],
  ['fs', 1, 0x83, 0x380000, 0x80000, fs],
];
const withCoredump = (dump: Holds): SmallRow[] => [
  ['nvs', 1, 2, 0x9000, 0x7000, 'nvs'],
  ['factory', 0, 0, 0x10000, 0x1e0000, { app: 600 * K }],
  ['coredump', 1, 3, 0x1f0000, 0x10000, dump],
];
const single = (fs: Holds): SmallRow[] => [
  ['nvs', 1, 2, 0x9000, 0x6000, 'nvs'],
  ['phy_init', 1, 1, 0xf000, 0x1000, 'data'],
  ['fs', 1, 0x82, 0x10000, 0xf0000, fs],
  ['factory', 0, 0, 0x100000, 0x200000, { app: 600 * K }],
];
const twoOta = (): SmallRow[] => [
  ['nvs', 1, 2, 0x9000, 0x4000, 'nvs'],
  ['otadata', 1, 0, 0xd000, 0x2000, { selects: 1 }],
  ['phy_init', 1, 1, 0xf000, 0x1000, 'data'],
  ['factory', 0, 0, 0x10000, 0x100000, 'nothing'],
  ['ota_0', 0, 0x10, 0x110000, 0x100000, { app: 500 * K }],
  ['ota_1', 0, 0x11, 0x210000, 0x100000, 'nothing'],
  ['fs', 1, 0x83, 0x310000, 0xf0000, 'littlefs'],
];

/** These tests are about layouts: nothing is rewritten, so what would have to be is given up. */
const NOTHING_REBUILT = () => Promise.resolve([]);

/** What of a layout is worth comparing: the partitions from the first app or file system on, and its costs in a few words. */
async function best(board: EspInspection, room: FitRequest) {
  const [first] = (await fitLayouts({ files: [] }, room, board, NOTHING_REBUILT)).layouts;
  if (first === undefined) return null;
  const rows = first.rows
    .filter(({ offset }) => offset >= BLOCK)
    .map((row) => `${row.name} ${hex(row.offset)} ${hex(row.size)}`);
  const { lost, endsUpdates, changesBootloader, moved } = first.costs;
  const costs = [...lost, ...(endsUpdates ? ['updates'] : []), ...(changesBootloader ? ['header'] : []), moved / K];
  return [rows.filter((row) => !row.startsWith('otadata')).join(', '), costs.join(' ')];
}

describe('the best layout', () => {
  const none: readonly [string, string] | null = null;
  const CASES: readonly (readonly [
    does: string,
    board: SmallBoard,
    room: FitRequest,
    layout: string | null,
    costs: string,
  ])[] = [
    [
      'takes flash that nobody uses, at no cost',
      { flash: 4, rows: single('littlefs') },
      app(2200 * K),
      'fs 0x10000 0xF0000, factory 0x100000 0x2B0000',
      '0',
    ],
    [
      'makes a blank file system smaller',
      { flash: 4, rows: raft('nothing') },
      app(1800 * K),
      'app0 0x20000 0x1D0000, app1 0x1F0000 0x1D0000, fs 0x3C0000 0x40000',
      '0',
    ],
    [
      'takes the core dump area, where there is nothing else',
      { flash: 2, rows: withCoredump('nothing') },
      app(1930 * K),
      'factory 0x10000 0x1F0000',
      '0',
    ],
    [
      'ends updates over the air before it gives up files',
      { flash: 4, rows: raft('littlefs') },
      app(1800 * K),
      'app0 0x20000 0x2B0000, fs 0x380000 0x80000',
      'updates 0',
    ],
    [
      'says so if a core dump is lost with its area',
      { flash: 2, rows: withCoredump('data') },
      app(1930 * K),
      'factory 0x10000 0x1F0000',
      'coredump 0',
    ],
    [
      'gives up files before it gives up the app that is the fallback and updates',
      { flash: 4, rows: raft('littlefs', { app: 700 * K }) },
      app(1800 * K),
      'app0 0x20000 0x1D0000, app1 0x1F0000 0x1D0000, fs 0x3C0000 0x40000',
      'fs 1728',
    ],
    [
      'changes the header where the chip is larger than the bootloader believes',
      { flash: 16, header: 4, rows: raft('littlefs', { app: 700 * K }) },
      app(1800 * K),
      'app0 0x20000 0x2B0000, fs 0x380000 0x80000, app1 0x400000 0x2B0000',
      'header 1728',
    ],
    [
      'leaves the header where the room below it is enough',
      { flash: 16, header: 4, rows: raft('nothing', 'nothing') },
      app(1800 * K),
      'app0 0x20000 0x1D0000, app1 0x1F0000 0x1D0000, fs 0x3C0000 0x40000',
      '0',
    ],
    [
      'takes the room of a factory partition that is blank',
      { flash: 4, rows: twoOta() },
      app(1500 * K),
      'ota_0 0x10000 0x180000, ota_1 0x190000 0x180000, fs 0x310000 0xF0000',
      '1024',
    ],
    [
      'gives a file system the room that app slots do not need',
      { flash: 4, rows: raft('littlefs') },
      data(0x100000),
      'app0 0x20000 0x170000, app1 0x190000 0x170000, fs 0x300000 0x100000',
      '512',
    ],
    [
      'enlarges one slot and leaves the other its app, where only one has to hold the new app',
      { flash: 4, rows: raft('littlefs', { app: 700 * K }) },
      app(1800 * K, 'one'),
      'app0 0x20000 0x130000, fs 0x150000 0x80000, app1 0x1D0000 0x200000',
      'updates 512',
    ],
    ['is none where the flash is too small', { flash: 4, rows: raft('littlefs') }, app(5000 * K), null, ''],
  ];

  for (const [options, cases] of byLength(
    CASES,
    ([does]) => !does.startsWith('takes the room') && !does.startsWith('leaves the header'),
  ))
    test.each(cases)('%s', options, async (_does, board, room, layout, costs) => {
      expect(await best(await smallBoard(board), room)).toEqual(layout === null ? none : [layout, costs]);
    });

  test('is none where something else stands in the way, which is said', async () => {
    const board = await smallBoard({ flash: 4, rows: raft('nothing') });
    const file = textFile('broken.bin', String.fromCharCode(0xe9));
    const { layouts, why } = await fitLayouts(
      { files: [{ file, choice: null }] },
      app(1800 * K),
      board,
      NOTHING_REBUILT,
    );
    expect(layouts).toEqual([]);
    expect(why).toContain('broken.bin');
  });

  test('is not looked for where the app fits already', async () => {
    const board = await smallBoard({ flash: 4, rows: raft('littlefs') });
    expect(await fitLayouts({ files: [] }, app(0x1b0000), board, NOTHING_REBUILT)).toMatchObject({
      layouts: [],
      why: 'The layout on this board has that room already.',
    });
  });
});

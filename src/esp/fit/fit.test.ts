import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { hex } from '../../flash/finding.ts';
import type { FitCosts, FitRequest } from '../../flash/layout-fit.ts';
import { cases } from '../../testing/cases.ts';
import { textFile } from '../../testing/esp/placements.ts';
import type { Holds, SmallBoard, SmallRow } from '../../testing/esp/small-board.ts';
import { smallBoard } from '../../testing/esp/small-board.ts';
import { randomWords } from '../../virtual-boards/esp/firmware/random.ts';
import { arrangeEsp } from '../arrange/arrange.ts';
import type { EspInspection } from '../board/inspection.ts';
import { writeCsv } from '../partitions/csv-write.ts';
import type { CandidateRow } from './candidate-layouts.ts';
import { breaksRules, compareCosts, costsOf, fitLayouts, isSound } from './fit.ts';
import { isGranted } from './treatments.ts';

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
  test.each<[does: string, board: SmallBoard, room: FitRequest, layout: string | null, costs: string]>([
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
  ])('%s', async (_does, board, room, layout, costs) => {
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

/** The flash of the boards that are searched exhaustively: so many blocks of 64 KiB behind settings and otadata. */
const BLOCKS = 7;
const FIRST: readonly SmallRow[] = [
  ['nvs', 1, 2, 0x9000, 0x5000, 'nvs'],
  ['otadata', 1, 0, 0xe000, 0x2000, { selects: 1 }],
];

/** A random board, and a random request for room. */
function drawn(seed: number): { readonly board: SmallBoard; readonly room: FitRequest } {
  const words = randomWords(seed);
  const pick = (n: number) => words() % n;
  const slot = 1 + pick(2);
  const held = (blocks: number): Holds => (pick(3) === 0 ? 'nothing' : { app: (8 + pick(blocks * 64 - 16)) * K });
  const sizes: [string, number, number, number, Holds][] = [
    ['app0', 0, 0x10, slot, { app: (8 + pick(slot * 64 - 16)) * K }],
    ['app1', 0, 0x11, slot, held(slot)],
    ['fs', 1, pick(2) === 0 ? 0x83 : 0x82, 1 + pick(2), pick(2) === 0 ? 'nothing' : 'littlefs'],
    ...(pick(2) === 0
      ? [['coredump', 1, 3, 1, pick(2) === 0 ? 'nothing' : 'data'] as [string, number, number, number, Holds]]
      : []),
  ];
  let at = 1;
  let spare = BLOCKS - sizes.reduce((sum, [, , , blocks]) => sum + blocks, 0);
  const order = sizes.map((row) => ({ row, key: pick(100) })).toSorted((a, b) => a.key - b.key);
  const rows = order.map(({ row: [label, type, subtype, blocks, holds] }): SmallRow => {
    const gap = pick(3) === 0 && spare > 0 ? 1 : 0;
    [at, spare] = [at + gap, spare - gap];
    const row: SmallRow = [label, type, subtype, at * BLOCK, blocks * BLOCK, holds];
    at += blocks;
    return row;
  });
  const room = pick(3) === 0 ? data((1 + pick(5)) * BLOCK) : app((slot * 64 + 1 + pick(128)) * K);
  return { board: { flash: { kib: (BLOCKS + 1) * 64 }, header: 1, rows: [...FIRST, ...rows] }, room };
}

/** Every layout of whole blocks for these partitions. */
function* layoutsOf(
  rows: readonly CandidateRow[],
  taken: readonly CandidateRow[] = [],
): Generator<readonly CandidateRow[]> {
  const [first, ...rest] = rows;
  if (first === undefined) {
    yield taken;
    return;
  }
  for (let from = 1; from <= BLOCKS; from++) {
    for (let size = 1; from + size <= BLOCKS + 1; size++) {
      const row = { ...first, offset: from * BLOCK, size: size * BLOCK };
      const isFree = taken.every(
        ({ offset, size: own }) => offset >= row.offset + row.size || row.offset >= offset + own,
      );
      if (isFree) yield* layoutsOf(rest, [...taken, row]);
    }
  }
}

/** The least costs of any layout that grants a request, found by trying all; null if there is none. */
function leastCosts(board: EspInspection, room: FitRequest): FitCosts | null {
  const rows = board.esp.table.reading.rows.map((row): CandidateRow => ({ ...row, was: row }));
  const [fixed, free] = [rows.slice(0, FIRST.length), rows.slice(FIRST.length)];
  const mayGo = free.filter(({ name }) => name !== 'fs');
  let least: FitCosts | null = null;
  for (let mask = 0; mask < 1 << mayGo.length; mask++) {
    const gone = mayGo.filter((_row, i) => (mask & (1 << i)) !== 0);
    const left = free.filter((row) => !gone.includes(row));
    const slots = left.filter(({ type }) => type === 0).toSorted((a, b) => a.subtype - b.subtype);
    if (slots.length === 0) continue;
    const numbered = left.map((row) => (slots.includes(row) ? { ...row, subtype: 0x10 + slots.indexOf(row) } : row));
    for (const layout of layoutsOf(numbered)) {
      const all = [...fixed, ...layout].toSorted((a, b) => a.offset - b.offset);
      const size = (was: CandidateRow['was']) => all.find((row) => row.was === was)?.size ?? 0;
      if (
        !isGranted(
          room,
          all.map(({ was }) => was),
          size,
        ) ||
        breaksRules({ rows: all }, room, board)
      )
        continue;
      const file = textFile('partitions.csv', writeCsv(all));
      const same = all.map(({ was, offset }) => ({ was: was.offset, is: offset }));
      const arrangement = arrangeEsp({ files: [{ file, choice: null }], same }, board);
      if (!isSound(arrangement, board)) continue;
      const costs = costsOf({ rows: all }, arrangement, room, board);
      if (least === null || compareCosts(costs, least) < 0) least = costs;
    }
  }
  return least;
}

test('no layout of whole blocks is better than the best one that is offered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 0x7fffffff }), async (seed) => {
      const { board: small, room } = drawn(seed);
      const board = await smallBoard(small);
      if (isGranted(room, board.esp.table.reading.rows, ({ size }) => size)) return;
      const fits = await fitLayouts({ files: [] }, room, board, NOTHING_REBUILT);
      const least = leastCosts(board, room);
      const [first] = fits.layouts;
      const isWorse = first !== undefined && least !== null && compareCosts(first.costs, least) > 0;
      expect({ found: first !== undefined, isWorse }).toEqual({ found: least !== null, isWorse: false });
    }),
    { numRuns: cases(5) },
  );
}, 600_000);

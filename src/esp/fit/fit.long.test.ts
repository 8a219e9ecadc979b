/** The layouts that are offered, judged against every possible one on small boards. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
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
import { breaksRules, compareFits, costsOf, fitLayouts, isSound } from './fit.ts';
import { isGranted } from './treatments.ts';

const K = 1024;
const BLOCK = 0x10000;

/** Nothing is rewritten, so what would have to be is given up. */
const NOTHING_REBUILT = () => Promise.resolve([]);

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
  const room: FitRequest =
    pick(3) === 0
      ? { for: 'data', size: (1 + pick(5)) * BLOCK }
      : { for: 'app', size: (slot * 64 + 1 + pick(128)) * K, slots: 'every' };
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
      if (least === null || compareFits(costs, least) < 0) least = costs;
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
      const isWorse = first !== undefined && least !== null && compareFits(first.costs, least) > 0;
      expect({ found: first !== undefined, isWorse }).toEqual({ found: least !== null, isWorse: false });
    }),
    { numRuns: cases(5) },
  );
}, 600_000);

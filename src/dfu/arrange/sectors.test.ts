/** Splitting a file across sectors: on any map, no byte is lost or doubled, and no guarded range is touched. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { boardOf, electronFlash, FAMILY, flashOf } from '../../testing/dfu/boards.ts';
import { pickingFor, unitSetsFor, splitOver, unitsOfId } from './sectors.ts';

const base = await boardOf('f405', flashOf());

/** A board with any map: runs of any size, with gaps between, some of them not writable. */
const boards = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0x4000, 0x20000),
      count: fc.integer({ min: 1, max: 4 }),
      size: fc.constantFrom(0x400, 0x4000, 0x20000),
      writable: fc.boolean(),
      guarded: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((runs): DfuInspection => {
    const regions: Region[] = [];
    const guards: DfuInspection['layout']['guards'][number][] = [];
    let start = 0x08000000;
    for (const [i, { gap, count, size, writable, guarded }] of runs.entries()) {
      start += gap;
      const access = { read: true, erase: writable, write: writable };
      regions.push({ id: `r${i}`, name: `R${i}`, start, runs: [{ count, size }], access });
      if (guarded) guards.push({ region: `r${i}`, address: start, size: 1, reason: 'not there.' });
      start += count * size;
    }
    const memory = { kind: 'memory', name: 'Flash', regions } as const;
    const settings = [{ number: 0, name: '', memory }];
    const layout = { ...base.layout, map: { regions }, partitions: [], guards };
    return { ...base, layout, dfu: { ...base.dfu, settings, profile: null } };
  });

describe('sets of sectors', () => {
  test('hold the file, in order, without a superfluous unit, and are found by their ids', () => {
    fc.assert(
      fc.property(boards, fc.integer({ min: 1, max: 0x60000 }), (board, size) => {
        for (const { id, units } of unitSetsFor(size, board)) {
          const room = units.reduce((sum, unit) => sum + unit.size, 0);
          expect(room).toBeGreaterThanOrEqual(size);
          expect(room - (units.at(-1)?.size ?? 0)).toBeLessThan(size);
          expect(units).toEqual(units.toSorted((a, b) => a.address - b.address));
          expect(new Set(units.map(({ address }) => address)).size).toBe(units.length);
          expect(unitsOfId(id, board)).toEqual(units);
          expect(board.layout.guards.some((guard) => units.some((unit) => overlaps(guard, unit)))).toBe(false);
        }
      }),
    );
  });

  test('hold the file again when joined', () => {
    fc.assert(
      fc.property(boards, fc.uint8Array({ minLength: 1, maxLength: 0x9000 }), (board, data) => {
        for (const { units } of unitSetsFor(data.length, board).slice(0, 8)) {
          const pieces = splitOver(data, units);
          expect(Buffer.concat(pieces.map((piece) => piece.data)).equals(data)).toBe(true);
          for (const [i, { address, data: own }] of pieces.entries()) {
            expect(address).toBe(units[i]?.address);
            expect(own.length).toBeLessThanOrEqual(units[i]?.size ?? 0);
          }
        }
      }),
    );
  });

  test('an id of other sectors is invalid', () => {
    for (const id of ['sectors@', 'sectors@8000001', 'at@8000000', 'sectors@8000000+', 'sectors@1fffc000']) {
      expect(unitsOfId(id, base)).toBeNull();
    }
  });

  test('a map with many small units is offered from its start only', async () => {
    const board = await boardOf('f405', flashOf(), { map: '@Internal Flash/0x08000000/1536*128g' });
    expect(unitSetsFor(1000, board).map(({ id }) => id.split('+').length)).toEqual([8]);
  });
});

test('on an Electron, where somebody picks or types 0x080A0000, it is said what lies there', async () => {
  const board = await boardOf('electron', electronFlash());
  const says = /0x080A0000 to 0x080C0000 is 128 KiB, and not where an Electron’s application lies: that is 0x08080000/;
  const holds = pickingFor(0x1000, board)?.units.map((unit) => [unit.address, says.test(unit.holds)]);
  expect(holds).toEqual([
    [0x08080000, false],
    [0x080a0000, true],
    [0x080c0000, false],
    [0x080e0000, false],
  ]);
  const typed = (at: number) => {
    const file = { name: 'data.bin', data: new Uint8Array(0x1000).fill(3), at, typed: true } as const;
    return FAMILY.arrange({ files: [{ file, choice: null }] }, board).placements[0]?.choice?.why;
  };
  expect(typed(0x080a0000)).toMatch(says);
  expect(typed(0x080c0000)).toBe('the address that you typed');
});

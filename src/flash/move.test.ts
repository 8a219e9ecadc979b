/** A plan that moves bytes on the device: what it leaves is the previous flash with each move applied at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flashAfter, imageOf, layoutOf, mapOf, mustPlan, inputFor } from '../testing/flash.ts';
import type { Image } from './image.ts';
import type { Move } from './move.ts';
import { movesWithin } from './move.ts';
import type { PlanInput } from './plan.ts';
import { keptRanges, movedOf, plannedUnits } from './plan.ts';

const SIZE = 64;
const LAYOUT = layoutOf(mapOf(...Array.from({ length: 16 }, () => 4)));

function move(address: number, from: number, size: number): Move {
  return { region: 'flash', address, size, from: { region: 'flash', address: from }, why: `from ${from}` };
}

/** The input for a plan with moves, every unit surveyed byte by byte. */
function inputOf(image: Image, moves: readonly Move[], flash: Uint8Array): PlanInput {
  return { ...inputFor(LAYOUT, imageOf([0, [...flash]]), flash), image, moves };
}

test('a part of a move keeps the distance between source and destination', () => {
  expect(movesWithin([move(8, 20, 10)], { region: 'flash', address: 12, size: 4 })).toEqual(
    [move(12, 24, 4)].map((part) => ({ ...part, why: 'from 20' })),
  );
});

test('bytes that are kept in their place and bytes from elsewhere are told apart', () => {
  const flash = Uint8Array.from({ length: SIZE }, (_, i) => i);
  const input = inputOf([], [move(2, 32, 4)], flash);
  const plan = mustPlan(input);
  expect(keptRanges(plan)).toEqual([
    { region: 'flash', address: 0, size: 2 },
    { region: 'flash', address: 6, size: 2 },
  ]);
  expect(plannedUnits(plan).flatMap(movedOf)).toEqual([
    { region: 'flash', address: 2, size: 2 },
    { region: 'flash', address: 4, size: 2 },
  ]);
});

test('any moves, overlapping their sources or one another’s, give each byte what was at its source', () => {
  const moves = fc
    .array(fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1), fc.integer({ min: 1, max: 30 })), { maxLength: 5 })
    .map((all) => {
      const taken = new Set<number>();
      return all.flatMap(([to, from, wanted]): Move[] => {
        const size = Math.min(wanted, SIZE - to, SIZE - from);
        const bytes = Array.from({ length: size }, (_, i) => to + i);
        if (bytes.some((byte) => taken.has(byte))) return [];
        for (const byte of bytes) taken.add(byte);
        return [move(to, from, size)];
      });
    });
  fc.assert(
    fc.property(moves, fc.uint8Array({ minLength: SIZE, maxLength: SIZE }), fc.nat(SIZE - 4), (all, flash, at) => {
      const image = all.some((each) => each.address < at + 3 && at < each.address + each.size)
        ? []
        : imageOf([at, [1, 2, 3]]);
      const input = inputOf(image, all, flash);
      const wanted = flash.slice();
      for (const { address, from, size } of all) wanted.set(flash.subarray(from.address, from.address + size), address);
      for (const segment of image) wanted.set(segment.data, segment.address);
      expect(flashAfter(mustPlan(input), input, flash)).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

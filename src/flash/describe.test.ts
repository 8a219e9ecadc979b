/** A plan as text. */
import { expect, test } from 'vitest';
import { describeStretch, stretchGroups, stretchWords } from './describe.ts';
import type { Stretch } from './plan.ts';

function stretch(address: number, why: string): Stretch {
  const range = { region: 'flash', address, size: 0x1000 };
  const unit = { ...range, pieces: [], before: null, after: '', why, backup: 'none' } as const;
  return { ...range, units: [unit], rank: 0, encrypt: false };
}

const GROWS = 'fs: its file system grows to 768 KiB';
const DIFFERS = 'the file differs from the flash in partition table';

test('a reason is said once for the stretches that follow each other, which keep their numbers', () => {
  const stretches = [
    stretch(0x340000, GROWS),
    stretch(0x344000, GROWS),
    stretch(0x8000, DIFFERS),
    stretch(0x380000, GROWS),
  ];
  const said = stretchGroups({ stretches }).map(({ why, first, stretches: own }) => [first, why, own.length]);
  expect(said).toEqual([
    [1, GROWS, 2],
    [3, DIFFERS, 1],
    [4, GROWS, 1],
  ]);
  expect(stretchGroups({ stretches: [] })).toEqual([]);
});

test('a stretch is named by its first and last address, its size and its erase units', () => {
  const words = '0x8000 to 0x8FFF, 4 KiB, 1 erase unit';
  expect(stretchWords(stretch(0x8000, DIFFERS))).toBe(words);
  expect(describeStretch(stretch(0x8000, DIFFERS))).toBe(`${words}: ${DIFFERS}`);
});

import { describe, expect, test } from 'vitest';
import { makeCancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { imageOf, layoutOf, mapOf } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import { readLikely } from './read-likely.ts';
import { takeSurvey } from './survey.ts';

const SIZE = 0x1000;
const UNIT = { region: 'flash', address: SIZE, size: SIZE };
const map = mapOf(SIZE, SIZE);
const [md5, cancel] = [md5Hex, makeCancel()];
const likely = Uint8Array.from({ length: SIZE }, (_, i) => i % 251);

/** A board that holds `likely` in its second unit but for these bytes, what it was asked to read, and how often for a digest. */
function board(...differing: readonly number[]) {
  const flash = new Uint8Array(2 * SIZE).fill(0x33);
  flash.set(likely, SIZE);
  for (const at of differing) flash[SIZE + at] = 0xee;
  const read: [from: number, size: number][] = [];
  let digests = 0;
  const target = new PlainTarget(flash, map, md5, (step, { address, size }: Range) => {
    if (step === 'read') read.push([address - SIZE, size]);
    if (step === 'digest') digests++;
  });
  return { target, held: flash.subarray(SIZE), read, digests: () => digests };
}

test.each<[string, number[], [number, number][], number]>([
  ['nothing', [], [], 0],
  ['the first byte', [0], [[0, 0x200]], 3],
  ['the last byte', [0xfff], [[0xe00, 0x200]], 3],
  ['bytes near each other', [0x600, 0x700, 0x7ff], [[0x600, 0x200]], 3],
  [
    'bytes on both sides of a boundary',
    [0x5ff, 0x600],
    [
      [0x400, 0x200],
      [0x600, 0xa00],
    ],
    3,
  ],
  [
    'bytes at both ends',
    [0, 0xfff],
    [
      [0, 0x200],
      [0x200, 0xe00],
    ],
    3,
  ],
])('%s differs: only that is read, and what lies behind if there is more', async (_, differing, read, digests) => {
  const { target, held, ...asked } = board(...differing);
  expect(await readLikely({ target, md5, cancel }, UNIT, likely, md5(held))).toEqual(held);
  expect([asked.read, asked.digests()]).toEqual([read, digests]);
});

test('where a digest takes as long as reading, all of it is read at once', async () => {
  const { target, held, ...asked } = board(0x600);
  target.pace = () => ({ writeBytesPerSecond: 1e5, readBytesPerSecond: 6e5, digestBytesPerSecond: 1e6, stretchMs: 1 });
  expect(await readLikely({ target, md5, cancel }, UNIT, likely, md5(held))).toEqual(held);
  expect([asked.read, asked.digests()]).toEqual([[[0, SIZE]], 0]);
});

describe('what is uncertain is not taken for what the unit holds', () => {
  test('where what was read has another digest', async () => {
    const { target } = board(0x600);
    expect(await readLikely({ target, md5, cancel }, UNIT, likely, md5(new Uint8Array(4)))).toBeNull();
  });

  test.each([1, 2, 3])('where digest %i of a part is damaged, all that may differ is read', async (nth) => {
    const { target, held } = board(0xa00);
    const digest = target.digest.bind(target);
    let asked = 0;
    target.digest = async (range) => (++asked === nth ? 'f'.repeat(32) : digest(range));
    expect(await readLikely({ target, md5, cancel }, UNIT, likely, md5(held))).toEqual(held);
  });
});

describe('the survey of a unit that an image fills in part', () => {
  /** Surveys the second unit for an image that ends in it. */
  async function surveyed({ target }: ReturnType<typeof board>, end: number) {
    const image = imageOf([SIZE, [...likely.subarray(0, end)]]);
    const survey = await takeSurvey({ target, layout: layoutOf(map), image, promised: [], md5, cancel });
    const [found] = [...survey.values()];
    return found?.kind === 'bytes' ? found.data : found;
  }

  test('reads nothing where it holds the end of the image, and nothing behind', async () => {
    const own = board();
    own.held.fill(0xff, 0x450);
    expect(await surveyed(own, 0x450)).toEqual(own.held);
    expect(own.read).toEqual([]);
  });

  test('reads nothing where it is blank', async () => {
    const own = board();
    own.held.fill(0xff);
    expect(await surveyed(own, 0x450)).toEqual(own.held);
    expect(own.read).toEqual([]);
  });

  test('reads what differs, and all behind it where something else follows', async () => {
    const own = board(0x430);
    expect(await surveyed(own, 0x450)).toEqual(own.held);
    expect(own.read).toEqual([
      [0x400, 0x200],
      [0x600, 0xa00],
    ]);
  });
});

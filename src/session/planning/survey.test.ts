import { expect, test } from 'vitest';
import { makeCancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { layoutOf, mapOf, plainDigest } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import type { Target } from '../../flash/target.ts';
import { takeSurvey } from './survey.ts';

const UNIT = 0x1000;
/** How often a unit that differs in one place is asked for: a half, a quarter, an eighth, and the bytes of that. */
const PLACE = 4;
const SPAN = 8 * UNIT;
const SPANS = 4;
const map = mapOf(...Array.from({ length: 32 }, () => UNIT));

/** Surveys four spans of 8 units for an image that fills them with 5A; `keeps`: what they hold is to be kept. */
async function survey(flash: Uint8Array, keeps = false) {
  const asked: Range[] = [];
  const plain = new PlainTarget(flash, map, plainDigest, (_, range) => asked.push(range));
  const target: Target = Object.assign(plain, { readsProved: true });
  const image = [{ region: 'flash', address: 0, data: filled(0x5a) }];
  const [layout, md5, cancel] = [layoutOf(map), plainDigest, makeCancel()];
  const how = { keeps: () => Promise.resolve(keeps) };
  const survey = await takeSurvey({ target, layout, image, promised: [], md5, cancel, ...how });
  const found = [...survey.values()];
  const digests = found.map((each) =>
    each.kind === 'digest' ? each.md5 : each.kind === 'bytes' ? md5(each.data) : each.kind,
  );
  return { digests, asked: asked.length, read: found.flatMap(({ kind }, i) => (kind === 'bytes' ? [i] : [])) };
}

const filled = (byte: number) => new Uint8Array(SPANS * SPAN).fill(byte);
/** A flash full of `byte` but for these units, each with one byte that differs. */
const but = (byte: number, ...units: readonly number[]) => {
  const flash = filled(byte);
  for (const unit of units) flash[unit * UNIT + 7] = 0;
  return flash;
};
const digestsOf = (flash: Uint8Array) =>
  Array.from({ length: 32 }, (_, i) => plainDigest(flash.subarray(i * UNIT, (i + 1) * UNIT)));

test.each<[string, Uint8Array, number]>([
  ['a flash that holds the image already', filled(0x5a), SPANS],
  ['a blank flash', filled(0xff), SPANS],
  ['one byte that is neither, in one of the blank spans', but(0xff, 11), SPANS + 8],
  ['a flash full of something else, which is soon asked for unit by unit', filled(0x33), 1 + 32],
])('%s: every unit is known, with as few requests as possible', async (_, flash, questions) => {
  const { digests, asked } = await survey(flash);
  expect(digests).toEqual(digestsOf(flash));
  expect(asked).toBe(questions);
});

test.each<[string, Uint8Array, number, number[]]>([
  ['one unit differs: nothing is asked of those behind it', but(0x5a, 10), SPANS + 3 + PLACE, [10]],
  ['two of a span differ: the others are asked for', but(0x5a, 10, 13), SPANS + 8 + PLACE, [10]],
  ['one in each span differs', but(0x5a, 0, 15, 17, 28), SPANS + 1 + 8 + 2 + 5 + 4 * PLACE, [0, 15, 17, 28]],
])('where what differs is to be kept, and %s', async (_, flash, questions, read) => {
  const found = await survey(flash, true);
  expect(found).toEqual({ digests: digestsOf(flash), asked: questions, read });
});

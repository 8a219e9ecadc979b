import { expect, test } from 'vitest';
import { makeCancel } from '../../flash/failure.ts';
import type { Range } from '../../flash/map.ts';
import { layoutOf, mapOf, plainDigest } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import { takeSurvey } from './survey.ts';

const UNIT = 0x1000;
const SPAN = 16 * UNIT;
const map = mapOf(...Array.from({ length: 32 }, () => UNIT));

/** Surveys two spans of 16 units for an image that fills both with 5A. */
async function survey(flash: Uint8Array) {
  const asked: Range[] = [];
  const target = new PlainTarget(flash, map, plainDigest, (_, range) => asked.push(range));
  const image = [{ region: 'flash', address: 0, data: new Uint8Array(2 * SPAN).fill(0x5a) }];
  const [layout, md5, cancel] = [layoutOf(map), plainDigest, makeCancel()];
  const found = await takeSurvey({ target, layout, image, promised: [], md5, cancel });
  const digests = [...found.values()].map((unitContent) =>
    unitContent.kind === 'digest' ? unitContent.md5 : unitContent.kind,
  );
  return { digests, asked: asked.length };
}

const filled = (byte: number) => new Uint8Array(2 * SPAN).fill(byte);
const mixed = () => {
  const flash = filled(0xff);
  flash[SPAN + 3 * UNIT + 7] = 0;
  return flash;
};

test.each<[string, Uint8Array, number]>([
  ['a flash that holds the image already', filled(0x5a), 2],
  ['a blank flash', filled(0xff), 2],
  ['one byte that is neither, in one of two blank spans', mixed(), 1 + 1 + 16],
  ['a flash full of something else', filled(0x33), 2 + 32],
])('%s: every unit is known, with as few requests as possible', async (_, flash, questions) => {
  const { digests, asked } = await survey(flash);
  expect(digests).toEqual(Array.from({ length: 32 }, (__, i) => plainDigest(flash.subarray(i * UNIT, (i + 1) * UNIT))));
  expect(asked).toBe(questions);
});

/** Test support: an impossible write for each refusal that follows from geometry. Nothing of the app imports it. */
import type { Image } from '../../flash/image.ts';
import { makeImage } from '../../flash/image.ts';
import type { Layout } from '../../flash/layout.ts';
import { planWrite } from '../../flash/plan.ts';
import { refuseOverlap } from '../../flash/refuse.ts';
import { imageOf, layoutOf, mapOf, inputFor } from '../flash.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const four = layoutOf(mapOf(4, 4, 4, 4));
const locked: Layout = {
  ...four,
  map: { regions: four.map.regions.map((region) => ({ ...region, access: { ...region.access, write: false } })) },
};
const guarded: Layout = {
  ...four,
  guards: [{ region: 'flash', address: 5, size: 1, reason: 'the device keeps its keys there.' }],
};

/** The refusals for writing an image; `known`: whether the flash could be read before. */
function refused(layout: Layout, image: Image, known = true): string[] {
  const input = inputFor(layout, image, new Uint8Array(16).fill(0xff));
  const planning = planWrite(known ? input : { ...input, survey: new Map() });
  return planning.kind === 'refused' ? kindsOf(planning.refusals) : [];
}

/** The refusals for one file of three bytes at 0 and another at `second`. */
function joined(second: number): string[] {
  const data = Uint8Array.of(1, 2, 3);
  const result = makeImage([0, second].map((address) => ({ region: 'flash', address, data })));
  return result.kind === 'overlap' ? kindsOf([refuseOverlap(result.second, 'a.bin and b.bin')]) : [];
}

/** A layout whose device encrypts a range. */
const ciphered = (address: number, size: number): Layout => ({
  ...four,
  ciphered: [{ region: 'flash', address, size }],
});

const one = (address: number): Image => imageOf([address, [1]]);

/** Every refusal that follows from geometry. */
export const GEOMETRY_CASES: readonly RuleCase[] = [
  {
    kind: 'no-such-region',
    broken: () => refused(four, [{ region: 'ram', address: 0, data: Uint8Array.of(1) }]),
    mended: () => refused(four, one(0)),
  },
  { kind: 'past-the-end', broken: () => refused(four, one(16)), mended: () => refused(four, one(15)) },
  { kind: 'read-only', broken: () => refused(locked, one(0)), mended: () => refused(four, one(0)) },
  { kind: 'guarded', broken: () => refused(guarded, one(4)), mended: () => refused(guarded, one(8)) },
  {
    kind: 'neighbour-unknown',
    broken: () => refused(four, one(4), false),
    mended: () => refused(four, imageOf([4, [1, 2, 3, 4]]), false),
  },
  {
    kind: 'neighbour-ciphered',
    broken: () => refused(ciphered(4, 8), one(4)),
    mended: () => refused(ciphered(4, 8), imageOf([4, [1, 2, 3, 4]])),
  },
  {
    kind: 'half-ciphered',
    broken: () => refused(ciphered(6, 6), imageOf([4, [1, 2, 3, 4]])),
    mended: () => refused(ciphered(6, 6), imageOf([8, [1, 2, 3, 4]])),
  },
  { kind: 'files-overlap', broken: () => joined(2), mended: () => joined(3) },
];

/** Test support: a broken image for each rule of app images. Nothing of the app imports it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { readAppImage } from '../../formats/app-image.ts';
import { ascii, viewOf } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

/** The contents of a test image. */
export interface ImageParts {
  readonly segments?: readonly number[];
  readonly description?: boolean;
  readonly hash?: boolean;
  readonly chip?: number;
  readonly sizeAndFrequency?: number;
}

/** An image with segments of these sizes, built by hand without any codec of the app. */
export function makeImage(parts: ImageParts = {}): Uint8Array {
  const { segments = [256, 20], description = true, hash = true, chip = 0, sizeAndFrequency = 0x2f } = parts;
  const dataEnd = segments.reduce((sum, size) => sum + 8 + size, 24);
  const lines = Math.ceil((dataEnd + 1) / 16) * 16;
  const image = new Uint8Array(lines + (hash ? 32 : 0));
  const view = viewOf(image);
  image.set([0xe9, segments.length, 2, sizeAndFrequency]);
  view.setUint32(4, 0x40081234, true);
  view.setUint16(12, chip, true);
  image[14] = 1;
  view.setUint16(15, 100, true);
  view.setUint16(17, 399, true);
  image[23] = hash ? 1 : 0;
  let at = 24;
  let sum = 0xef;
  for (const [i, size] of segments.entries()) {
    view.setUint32(at, 0x3f400020 + i * 0x10000, true);
    view.setUint32(at + 4, size, true);
    for (let j = 0; j < size; j++) image[at + 8 + j] = (i * 31 + j) & 0xff;
    if (i === 0 && description) {
      image.fill(0, at + 8, at + 8 + 256);
      view.setUint32(at + 8, 0xabcd5432, true);
      view.setUint32(at + 12, 7, true);
      image.set(ascii('1.2.3'), at + 24);
      image.set(ascii('blinky\u0007'), at + 56);
      image.set(ascii('12:34:56'), at + 88);
      image.set(ascii('Jan  1 2026'), at + 104);
      image.set(ascii('v5.4'), at + 120);
      image.fill(0xab, at + 152, at + 184);
    }
    for (let j = 0; j < size; j++) sum ^= image[at + 8 + j] ?? 0;
    at += 8 + size;
  }
  image[lines - 1] = sum;
  if (hash) image.set(sha256(image.subarray(0, lines)), lines);
  return image;
}

/** A valid image: 24 + 8 + 256 + 8 + 20 = 316 bytes of data, the checksum at 319, the hash up to 352. */
export const GOOD = makeImage();
/** An image without a description. */
export const BOOTLOADER = makeImage({ description: false, segments: [400] });

/** An image that breaks a rule. */
export interface BrokenImage {
  readonly kind: string;
  readonly data: Uint8Array;
  readonly also?: readonly string[];
  /** The values that the finding must carry. */
  readonly values?: object;
  /** The offset in the file that the finding names. */
  readonly offset: number;
  /** Whether a bootloader starts the image anyway. */
  readonly loads: boolean;
}

/** Every rule of images whose header can be read. */
export const BROKEN_IMAGES: readonly BrokenImage[] = [
  {
    kind: 'image-too-many-segments',
    data: patched(GOOD, 1, 17),
    values: { count: 17, limit: 16 },
    offset: 1,
    loads: false,
  },
  { kind: 'image-no-segments', data: patched(GOOD, 1, 0), offset: 1, loads: false },
  {
    kind: 'image-segment-length',
    data: patched(GOOD, 28, 0xff, 0xff, 0xff, 0xff),
    values: { segment: 0, length: '4,294,967,295 bytes' },
    offset: 24,
    loads: false,
  },
  {
    kind: 'image-segment-length',
    data: patched(GOOD, 28, 2),
    values: { segment: 0, length: '258 bytes' },
    offset: 24,
    loads: false,
  },
  {
    kind: 'image-segment-past-end',
    data: patched(GOOD, 292, 200),
    also: ['image-truncated'],
    values: { segment: 1, length: '200 bytes', have: '56 bytes' },
    offset: 296,
    loads: false,
  },
  {
    kind: 'image-truncated',
    data: GOOD.subarray(0, 350),
    values: { missing: '2 bytes' },
    offset: 350,
    loads: false,
  },
  {
    kind: 'image-truncated',
    data: GOOD.subarray(0, 100),
    also: ['image-segment-past-end'],
    values: { missing: 'at least 188 bytes' },
    offset: 100,
    loads: false,
  },
  {
    kind: 'image-truncated',
    data: GOOD.subarray(0, 290),
    values: { missing: 'at least 6 bytes' },
    offset: 290,
    loads: false,
  },
  {
    kind: 'image-checksum-wrong',
    data: patched(GOOD, 300, 0x55),
    also: ['image-hash-wrong'],
    offset: 319,
    loads: false,
  },
  { kind: 'image-hash-wrong', data: patched(GOOD, 340, 0x55), offset: 320, loads: false },
  { kind: 'bootloader-hash-wrong', data: patched(BOOTLOADER, 3, 0x3f), offset: 448, loads: true },
  {
    kind: 'image-chip-unknown',
    data: makeImage({ chip: 999 }),
    values: { chip: 999 },
    offset: 12,
    loads: true,
  },
  {
    kind: 'image-flash-size-unknown',
    data: makeImage({ sizeAndFrequency: 0xf0 }),
    values: { code: 15 },
    offset: 3,
    loads: true,
  },
  {
    kind: 'image-trailing',
    data: new Uint8Array([...GOOD, 1, 2, 3]),
    values: { size: '3 bytes', what: '' },
    offset: 352,
    loads: true,
  },
  {
    kind: 'image-trailing',
    data: new Uint8Array([...GOOD, 0xff]),
    values: { size: '1 byte', what: ' of padding (all FF)' },
    offset: 352,
    loads: true,
  },
];

const NO_IMAGES: readonly Pick<BrokenImage, 'kind' | 'data' | 'also'>[] = [
  { kind: 'image-empty', data: new Uint8Array() },
  { kind: 'image-header-cut-short', data: GOOD.subarray(0, 23) },
  { kind: 'image-wrong-magic', data: patched(GOOD, 0, 0xe8) },
];

function read(data: Uint8Array): string[] {
  return kindsOf(readAppImage(data, HASHES, { in: 'file', name: 'app.bin' }).findings);
}

/** The same as cases of the rule table. */
export const IMAGE_CASES: readonly RuleCase[] = [...BROKEN_IMAGES, ...NO_IMAGES].map(({ kind, data, also = [] }) => ({
  kind,
  also,
  broken: () => read(data),
  mended: () => read(kind === 'bootloader-hash-wrong' ? BOOTLOADER : GOOD),
}));

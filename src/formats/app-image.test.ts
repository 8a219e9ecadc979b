import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAppHead } from './app-header.ts';
import { readAppImage } from './app-image.ts';
import type { AppImage, AppImageResult, ImageSource } from './app-image.ts';
import { ascii, hexOf, viewOf } from './binary.ts';

const hashes = { md5, sha256 };
const FILE: ImageSource = { in: 'file', name: 'app.bin' };

interface Parts {
  readonly segments?: readonly number[];
  readonly description?: boolean;
  readonly hash?: boolean;
  readonly chip?: number;
  readonly sizeAndFrequency?: number;
}

/** An image with segments of these sizes, made here by hand: no codec of the app takes part. */
function makeImage(parts: Parts = {}): Uint8Array {
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

function read(data: Uint8Array, source = FILE): AppImageResult {
  return readAppImage(data, hashes, source);
}

function imageOf(data: Uint8Array): AppImage {
  const result = read(data);
  if (result.kind !== 'image') throw new Error(result.why);
  return result.image;
}

function kinds(data: Uint8Array, source = FILE): string[] {
  return read(data, source).findings.map((f) => f.kind);
}

function patched(data: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = data.slice();
  copy.set(bytes, offset);
  return copy;
}

/** 24 + 8 + 256 + 8 + 20 = 316 of data, the checksum at 319, the hash up to 352. */
const GOOD = makeImage();
const bootloader = makeImage({ description: false, segments: [400] });

describe('a good image', () => {
  it('is read whole', () => {
    const result = read(GOOD);
    expect(result.findings).toEqual([]);
    expect(imageOf(GOOD)).toMatchObject({
      header: {
        segmentCount: 2,
        spiMode: { code: 2, name: 'DIO' },
        flashSize: { code: 2, bytes: 4 << 20 },
        frequency: { code: 15, mhz: 80 },
        entry: 0x40081234,
        chip: { id: 0, name: 'ESP32' },
        revision: { min: 1, minFull: 100, maxFull: 399 },
        hashAppended: true,
      },
      segments: [
        { offset: 32, loadAddress: 0x3f400020, length: 256 },
        { offset: 296, loadAddress: 0x3f410020, length: 20 },
      ],
      dataEnd: 316,
      checksum: { stored: GOOD[319], computed: GOOD[319], ok: true },
      sha256: { appended: true, stored: hexOf(GOOD.subarray(320)), computed: hexOf(GOOD.subarray(320)), ok: true },
      length: 352,
      description: {
        project: 'blinky\uFFFD',
        version: '1.2.3',
        time: '12:34:56',
        date: 'Jan  1 2026',
        idf: 'v5.4',
        elfSha256: 'ab'.repeat(32),
        secureVersion: 7,
      },
      isBootloader: false,
      loads: true,
    });
  });

  it('may have no hash, no description and no known frequency', () => {
    const plain = makeImage({ hash: false, description: false, sizeAndFrequency: 0x25 });
    expect(imageOf(plain).header.frequency).toEqual({ code: 5, mhz: null });
    expect(imageOf(plain)).toMatchObject({
      length: 320,
      isBootloader: true,
      loads: true,
      sha256: { appended: false, stored: null, computed: null, ok: null },
    });
  });

  it.each([12, 13, 14, 15, 16, 17])('has its checksum at the end of a line after %i words of data', (words) => {
    const data = makeImage({ segments: [words * 4], description: false });
    expect(imageOf(data)).toMatchObject({ loads: true, length: data.length });
  });

  it('is the same behind an offset in a larger buffer', () => {
    const larger = new Uint8Array(GOOD.length + 5);
    larger.set(GOOD, 5);
    expect(read(larger.subarray(5))).toEqual(read(GOOD));
  });
});

describe('findings', () => {
  const cases: readonly (readonly [string, Uint8Array, object, number, boolean])[] = [
    ['image-too-many-segments', patched(GOOD, 1, 17), { count: 17, limit: 16 }, 1, false],
    ['image-no-segments', patched(GOOD, 1, 0), {}, 1, false],
    [
      'image-segment-length',
      patched(GOOD, 28, 0xff, 0xff, 0xff, 0xff),
      { segment: 0, length: '0xFFFFFFFF' },
      24,
      false,
    ],
    ['image-segment-length', patched(GOOD, 28, 2), { segment: 0, length: '0x102' }, 24, false],
    [
      'image-segment-past-end',
      patched(GOOD, 292, 200),
      { segment: 1, length: '200 bytes', have: '56 bytes' },
      296,
      false,
    ],
    ['image-truncated', GOOD.subarray(0, 350), { missing: '2 bytes' }, 350, false],
    ['image-truncated', GOOD.subarray(0, 100), { missing: 'at least 188 bytes' }, 100, false],
    ['image-checksum-wrong', patched(GOOD, 300, 0x55), {}, 319, false],
    ['image-hash-wrong', patched(GOOD, 340, 0x55), {}, 320, false],
    ['bootloader-hash-wrong', patched(bootloader, 3, 0x3f), {}, 448, true],
    ['image-chip-unknown', makeImage({ chip: 999 }), { chip: 999 }, 12, true],
    ['image-flash-size-unknown', makeImage({ sizeAndFrequency: 0xf0 }), { code: 15 }, 3, true],
    ['image-trailing', new Uint8Array([...GOOD, 1, 2, 3]), { size: '3 bytes', what: '' }, 352, true],
    ['image-trailing', new Uint8Array([...GOOD, 0xff]), { size: '1 byte', what: ' of padding (all FF)' }, 352, true],
  ];

  it.each(cases)('%s', (kind, data, values, offset, loads) => {
    const finding = read(data).findings.find((f) => f.kind === kind);
    expect(finding?.values).toMatchObject(values);
    expect(finding?.place).toEqual({ in: 'file', name: 'app.bin', offset });
    expect(finding?.says).not.toMatch(/undefined|NaN/);
    expect(imageOf(data).loads).toBe(loads);
  });

  it.each([
    ['the last segment', 310, ['image-segment-past-end', 'image-truncated'], '42 bytes'],
    ['what follows the last segment', 316, ['image-truncated'], '36 bytes'],
    ['a segment, right at its start', 32, ['image-segment-past-end', 'image-truncated'], 'at least 256 bytes'],
    ['what follows the checksum', 320, ['image-truncated'], '32 bytes'],
  ])('a cut in %s is told once', (_, size, expected, missing) => {
    const { findings } = read(GOOD.subarray(0, size));
    expect(findings.map((f) => f.kind)).toEqual(expected);
    expect(findings.at(-1)?.values).toEqual({ missing });
    expect(imageOf(GOOD.subarray(0, size)).sha256).toMatchObject({ stored: null, computed: null, ok: null });
  });

  it('begin behind the limits, 16 segments and 16 MiB', () => {
    const sixteen = makeImage({ segments: Array.from({ length: 16 }, () => 4), description: false });
    expect(imageOf(sixteen)).toMatchObject({ loads: true, length: sixteen.length });
    expect(imageOf(patched(sixteen, 1, 17)).segments).toEqual([]);
    expect(kinds(patched(GOOD, 28, 0xfc, 0xff, 0xff, 0))).toContain('image-segment-past-end');
    expect(kinds(patched(GOOD, 28, 0, 0, 0, 1))).toEqual(['image-segment-length']);
  });

  it('in flash name the address, and say nothing of what follows the image', () => {
    const source: ImageSource = { in: 'flash', region: 'flash', address: 0x10000 };
    expect(kinds(new Uint8Array([...GOOD, 1]), source)).toEqual([]);
    const [finding] = read(patched(GOOD, 340, 0x55), source).findings;
    expect(finding?.place).toEqual({ in: 'flash', range: { region: 'flash', address: 0x10140, size: 32 } });
  });
});

describe('any bytes', () => {
  it('truncated anywhere: a problem is found, and what is missing', () => {
    for (let size = 0; size < GOOD.length; size++) {
      const { findings } = read(GOOD.subarray(0, size));
      expect(findings.some((f) => f.verdict === 'problem')).toBe(true);
    }
    for (let size = 320; size < GOOD.length; size++) expect(kinds(GOOD.subarray(0, size))).toContain('image-truncated');
  });

  it('changed anywhere: the image does not load, or its header says so', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        // Byte 23 says whether there is a hash at all: without one nothing protects the header.
        fc.pre(at !== 23);
        const result = read(patched(GOOD, at, (GOOD[at] ?? 0) ^ change));
        expect(result.kind === 'image' && result.image.loads).toBe(false);
      }),
    );
  });

  it('at random, also with a good header: a result', () => {
    const random = fc.uint8Array({ maxLength: 600 });
    const headed = fc.tuple(random, fc.nat(20)).map(([data, count]) => new Uint8Array([0xe9, count, ...data]));
    const hostile = fc
      .array(fc.tuple(fc.nat(GOOD.length - 4), fc.constantFrom(0, 4, 0xfffffffc, 0xffffffff, 0xfffff0)), {
        maxLength: 5,
      })
      .map((changes) => {
        const data = GOOD.slice();
        for (const [at, value] of changes) viewOf(data).setUint32(at, value, true);
        return data;
      });
    fc.assert(
      fc.property(fc.oneof(random, headed, hostile), (data) => {
        const result = read(data);
        expect(result.findings.every((f) => !/undefined|NaN/.test(f.says))).toBe(true);
        readAppHead(data);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patched } from '../testing/rules/case.ts';
import { BROKEN_IMAGES, GOOD, makeImage } from '../testing/rules/images.ts';
import { readAppHead } from './app-header.ts';
import { readAppImage } from './app-image.ts';
import type { AppImage, AppImageResult, ImageSource } from './app-image.ts';
import { hexOf, viewOf } from './binary.ts';
import { HASHES } from './hashes.ts';

const FILE: ImageSource = { in: 'file', name: 'app.bin' };

function read(data: Uint8Array, source = FILE): AppImageResult {
  return readAppImage(data, HASHES, source);
}

function imageOf(data: Uint8Array): AppImage {
  const result = read(data);
  if (result.kind !== 'image') throw new Error(result.why);
  return result.image;
}

function kinds(data: Uint8Array, source = FILE): string[] {
  return read(data, source).findings.map((f) => f.kind);
}

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

  it('is the same at an offset in a larger buffer', () => {
    const larger = new Uint8Array(GOOD.length + 5);
    larger.set(GOOD, 5);
    expect(read(larger.subarray(5))).toEqual(read(GOOD));
  });
});

describe('findings', () => {
  it.each(BROKEN_IMAGES)('$kind, at $offset', ({ kind, data, values = {}, offset, loads }) => {
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
  ])('a cut in %s is reported once', (_, size, expected, missing) => {
    const { findings } = read(GOOD.subarray(0, size));
    expect(findings.map((f) => f.kind)).toEqual(expected);
    expect(findings.at(-1)?.values).toEqual({ missing });
    expect(imageOf(GOOD.subarray(0, size)).sha256).toMatchObject({ stored: null, computed: null, ok: null });
  });

  it('start past the limits of 16 segments and 16 MiB', () => {
    const sixteen = makeImage({ segments: Array.from({ length: 16 }, () => 4), description: false });
    expect(imageOf(sixteen)).toMatchObject({ loads: true, length: sixteen.length });
    expect(imageOf(patched(sixteen, 1, 17)).segments).toEqual([]);
    expect(kinds(patched(GOOD, 28, 0xfc, 0xff, 0xff, 0))).toContain('image-segment-past-end');
    expect(kinds(patched(GOOD, 28, 0, 0, 0, 1))).toEqual(['image-segment-length']);
  });

  it('in flash name the address, and ignore what follows the image', () => {
    const source: ImageSource = { in: 'flash', region: 'flash', address: 0x10000 };
    expect(kinds(new Uint8Array([...GOOD, 1]), source)).toEqual([]);
    const [finding] = read(patched(GOOD, 340, 0x55), source).findings;
    expect(finding?.place).toEqual({ in: 'flash', range: { region: 'flash', address: 0x10140, size: 32 } });
  });
});

describe('any bytes', () => {
  it('truncated anywhere: a problem is found, with what is missing', () => {
    for (let size = 0; size < GOOD.length; size++) {
      const { findings } = read(GOOD.subarray(0, size));
      expect(findings.some((f) => f.verdict === 'problem')).toBe(true);
    }
    for (let size = 320; size < GOOD.length; size++) expect(kinds(GOOD.subarray(0, size))).toContain('image-truncated');
  });

  it('changed anywhere: the image does not load, or its header says so', () => {
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        // Byte 23 says whether there is a hash at all: without one, nothing protects the header.
        fc.pre(at !== 23);
        const result = read(patched(GOOD, at, (GOOD[at] ?? 0) ^ change));
        expect(result.kind === 'image' && result.image.loads).toBe(false);
      }),
    );
  });

  it('at random, even with a good header: there is a result', () => {
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

import fc from 'fast-check';
import { describe as group, expect, test } from 'vitest';
import { describe, summarise } from './describe.ts';
import { makeImage } from './image.ts';
import type { Layout } from './layout.ts';
import type { Plan } from './plan.ts';
import { estimateMs, keptRanges, planWrite, STRETCH_LIMIT } from './plan.ts';
import { flashAfter, imageOf, layoutOf, mapOf, mustPlan, plainDigest, inputFor } from '../testing/flash.ts';
import { cases } from '../testing/cases.ts';
import { LONG } from '../testing/long.ts';

const blank = (size: number) => new Uint8Array(size).fill(0xff);
const four = layoutOf(mapOf(4, 4, 4, 4));

group('a plan', () => {
  test('says for each changed unit where its bytes come from, what it held and what it will hold', () => {
    const flash = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const plan = mustPlan(inputFor(four, imageOf([6, [0xa6, 0xa7, 0xa8]]), flash));
    expect(plan).toEqual({
      version: 1,
      image: { size: 3, md5: plan.image.md5 },
      equal: [],
      stretches: [
        {
          region: 'flash',
          address: 4,
          size: 8,
          rank: 0,
          encrypt: false,
          units: [
            {
              region: 'flash',
              address: 4,
              size: 4,
              pieces: [
                { address: 4, size: 2, source: { from: 'device', region: 'flash', address: 4 } },
                { address: 6, size: 2, source: { from: 'image' } },
              ],
              before: '4:4,5,6,7',
              after: '4:4,5,166,167',
              why: 'the file differs from the flash; kept: 2 bytes from 0x4',
              backup: 'stored',
            },
            {
              region: 'flash',
              address: 8,
              size: 4,
              pieces: [
                { address: 8, size: 1, source: { from: 'image' } },
                { address: 9, size: 3, source: { from: 'device', region: 'flash', address: 9 } },
              ],
              before: '4:8,9,10,11',
              after: '4:168,9,10,11',
              why: 'the file differs from the flash; kept: 3 bytes from 0x9',
              backup: 'stored',
            },
          ],
        },
      ],
    } satisfies Plan);
  });

  test('leaves units alone that already hold the wanted bytes', () => {
    const flash = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, ...blank(8));
    const plan = mustPlan(inputFor(four, imageOf([0, [1, 2, 3, 4, 5, 6, 7, 9]]), flash));
    expect(plan.equal).toMatchObject([{ region: 'flash', address: 0, size: 4 }]);
    expect(plan.stretches.map((stretch) => stretch.address)).toEqual([4]);
    expect(summarise(plan)).toBe('1 erase unit changes, 1 is unchanged and skipped.');
  });

  test('is empty when there is nothing to do', () => {
    const plan = mustPlan(inputFor(four, imageOf([0, [255, 255]]), blank(16)));
    expect(plan.stretches).toEqual([]);
    expect(summarise(plan)).toBe('The flash already has this content (1 erase unit).');
    expect(
      estimateMs(plan, { writeBytesPerSecond: 1, readBytesPerSecond: 1, digestBytesPerSecond: 1, stretchMs: 9 }),
    ).toBe(0);
  });

  test('without any file says so', () => {
    expect(summarise(mustPlan(inputFor(four, [], blank(16))))).toBe('There is nothing to write.');
  });

  test('writes what makes a board boot last, in a stretch of its own', () => {
    const input = {
      ...inputFor(four, imageOf([0, [1]], [4, [2]], [8, [3]]), blank(16)),
      rank: ({ address }: { address: number }) => (address === 0 ? 9 : 0),
    };
    expect(mustPlan(input).stretches.map(({ address, size }) => [address, size])).toEqual([
      [4, 8],
      [0, 4],
    ]);
  });

  test('splits long runs into stretches', LONG, () => {
    const layout = layoutOf(mapOf(...Array.from({ length: 264 }, () => 4096)));
    const size = 264 * 4096;
    const plan = mustPlan(inputFor(layout, imageOf([0, Array.from({ length: size }, () => 0)]), blank(size)));
    expect(plan.stretches.map((stretch) => stretch.size)).toEqual([STRETCH_LIMIT, size - STRETCH_LIMIT]);
    expect(describe(plan)).toBe(
      '264 erase units change.\n' +
        '1. 0x0 to 0xFFFFF, 1 MiB, 256 erase units: the file differs from the flash\n' +
        '2. 0x100000 to 0x107FFF, 32 KiB, 8 erase units: the file differs from the flash',
    );
  });

  test('ends a long stretch where a block begins that is erased at once, wherever it started', LONG, () => {
    const [from, size] = [0xb000, 0x150000];
    const layout = layoutOf(mapOf(...Array.from({ length: 0x160 }, () => 4096)));
    const image = imageOf([from, Array.from({ length: size }, () => 0)]);
    const { stretches } = mustPlan(inputFor(layout, image, blank(0x160000)));
    expect(stretches.map((stretch) => [stretch.address, stretch.size])).toEqual([
      [0xb000, 0xf5000],
      [0x100000, 0x5b000],
    ]);
  });

  test('splits runs of large units sooner: what a stop leaves of them is read, not digested', () => {
    const layout = layoutOf(mapOf(0x10000, 0x10000, 0x10000));
    const plan = mustPlan(inputFor(layout, imageOf([0, Array.from({ length: 0x30000 }, () => 0)]), blank(0x30000)));
    expect(plan.stretches.map((stretch) => stretch.size)).toEqual([0x20000, 0x10000]);
  });

  test('restores what an interrupted job promised to keep, whatever the new image is', () => {
    const flash = Uint8Array.of(1, 2, 255, 255, ...blank(12));
    const promised = [{ region: 'flash', address: 2, size: 2, data: Uint8Array.of(3, 4) }];
    const input = inputFor(four, imageOf([8, [9]]), flash, promised);
    expect([...flashAfter(mustPlan(input), input, flash)]).toEqual([1, 2, 3, 4, 255, 255, 255, 255, 9, ...blank(7)]);
  });
});

group('what starts the device', () => {
  const commits = [{ region: 'flash', address: 0, size: 2 }];
  const image = imageOf([0, [1, 2, 3, 4, 5, 6, 7, 8]]);

  test('is erased first, whatever its rank, and stays erased until everything else is written', () => {
    const input = { ...inputFor(four, image, blank(16)), commits, rank: () => 0 };
    const plan = mustPlan({ ...input, rank: ({ address }: { address: number }) => (address === 0 ? 1 : 0) });
    expect(plan.stretches.map(({ address, size }) => [address, size])).toEqual([
      [0, 4],
      [4, 4],
    ]);
    expect(plan.stretches[0]?.units[0]?.deferred).toMatchObject({ address: 0, size: 2 });
  });

  test('is rewritten although unchanged as soon as anything else changes', () => {
    const flash = Uint8Array.from([1, 2, 3, 4, ...blank(12)]);
    const plan = mustPlan({ ...inputFor(four, image, flash), commits });
    expect(plan.stretches.map(({ address }) => address)).toEqual([0, 4]);
    expect(plan.equal).toEqual([]);
  });

  test('is left alone when nothing changes', () => {
    const flash = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, ...blank(8)]);
    const plan = mustPlan({ ...inputFor(four, image, flash), commits });
    expect([plan.stretches, plan.equal.length]).toEqual([[], 2]);
  });
});

group('where the device encrypts', () => {
  const ciphered = [
    { region: 'flash', address: 4, size: 4 },
    { region: 'flash', address: 8, size: 4 },
  ];
  const layout = { ...four, ciphered };
  const all = (byte: number) => Array.from({ length: 16 }, () => byte);

  test('units are written whether or not they seem equal, in stretches of their own', () => {
    const plan = mustPlan(inputFor(layout, imageOf([0, all(7)]), Uint8Array.from(all(7))));
    expect(plan.stretches.map(({ address, size, encrypt }) => [address, size, encrypt])).toEqual([[4, 8, true]]);
    expect(plan.stretches[0]?.units.map(({ before, why }) => [before, why])).toEqual(
      Array.from({ length: 2 }, () => [
        null,
        'the board encrypts it while writing, so the current content cannot be compared',
      ]),
    );
    expect(plan.equal.map(({ address }) => address)).toEqual([0, 12]);
    expect(summarise(plan)).toBe(
      '2 erase units change, 2 encrypted by the board while writing, 2 are unchanged and skipped.',
    );
  });

  test('what is only erased is not encrypted, and is verified like anything else', () => {
    const blanks = [{ region: 'flash', address: 0, data: blank(12), blank: true as const }];
    const flash = Uint8Array.from([...all(7).slice(0, 8), ...blank(8)]);
    const plan = mustPlan(inputFor(layout, blanks, flash));
    expect(plan.stretches.map(({ address, size, encrypt }) => [address, size, encrypt])).toEqual([[0, 8, false]]);
    expect(plan.stretches[0]?.units[0]).toMatchObject({
      pieces: [{ address: 0, size: 4, source: { from: 'blank' } }],
      why: 'its content is erased',
    });
    expect(plan.equal.map(({ address }) => address)).toEqual([8]);
  });
});

group('a refusal', () => {
  const kinds = (layout: Layout, image: Parameters<typeof inputFor>[1]) => {
    const planning = planWrite(inputFor(layout, image, blank(16)));
    return planning.kind === 'refused' ? planning.refusals.map(({ kind, says }) => [kind, says]) : planning;
  };

  test('past the end', () => {
    expect(kinds(four, imageOf([14, [1, 2, 3]]))).toEqual([
      ['past-the-end', 'The file would end at 0x11, but the flash ends at 0x10: 1 byte too much.'],
    ]);
  });

  test('a region that does not exist', () => {
    const image = [{ region: 'ram', address: 0, data: Uint8Array.of(1) }];
    expect(kinds(four, image)).toEqual([['no-such-region', 'The board has no flash region named “ram”.']]);
  });

  test('read-only region', () => {
    const [region] = four.map.regions;
    const regions = region === undefined ? [] : [{ ...region, access: { read: true, erase: false, write: true } }];
    expect(kinds({ ...four, map: { regions } }, imageOf([0, [1]]))).toEqual([
      ['read-only', 'The board does not allow writes at 0x0 (Flash).'],
    ]);
  });

  test('a guarded range in the same unit, even if the image does not touch it', () => {
    const guards = [{ region: 'flash', address: 3, size: 1, reason: 'it holds the bootloader.' }];
    expect(kinds({ ...four, guards }, imageOf([0, [1]]))).toEqual([
      ['guarded', 'It is not safe to write at 0x3: it holds the bootloader.'],
    ]);
  });

  test('bytes beside the image that the device encrypts, although the survey has them', () => {
    const ciphered = [{ region: 'flash', address: 4, size: 8 }];
    expect(kinds({ ...four, ciphered }, imageOf([4, [1, 2, 3, 4, 5]]))).toEqual([
      [
        'neighbour-ciphered',
        'The file covers only part of the erase unit at 0x8 (4 bytes), which the board encrypts. ' +
          'The rest of the unit cannot be read, so it would be lost.',
      ],
    ]);
  });

  test('a unit of which the device encrypts only half', () => {
    const ciphered = [{ region: 'flash', address: 6, size: 6 }];
    expect(kinds({ ...four, ciphered }, imageOf([4, [1, 2, 3, 4, 5, 6, 7, 8]]))).toEqual([
      [
        'half-ciphered',
        'The board encrypts one part of the erase unit at 0x4 (4 bytes) and not the other, so the unit cannot be written in one go.',
      ],
    ]);
  });

  test('bytes beside the image that could not be read', () => {
    const input = { ...inputFor(four, imageOf([0, [1]]), blank(16)), survey: new Map() };
    expect(planWrite(input)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'neighbour-unknown' }] });
  });
});

test('two segments that claim the same byte are no image', () => {
  const data = Uint8Array.of(1, 2);
  expect(
    makeImage([
      { region: 'flash', address: 1, data },
      { region: 'flash', address: 0, data },
    ]),
  ).toEqual({
    kind: 'overlap',
    first: { region: 'flash', address: 0, size: 2 },
    second: { region: 'flash', address: 1, size: 2 },
  });
});

group('for any map, flash and image', () => {
  const world = fc
    .record({ sizes: fc.array(fc.constantFrom(1, 2, 4, 8, 16), { minLength: 1, maxLength: 12 }), seed: fc.integer() })
    .chain(({ sizes }) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const byte = fc.constantFrom(0, 1, 255);
      return fc.record({
        sizes: fc.constant(sizes),
        flash: fc.uint8Array({ minLength: total, maxLength: total, max: 3 }),
        parts: fc.uniqueArray(
          fc.record({ at: fc.nat(total - 1), bytes: fc.array(byte, { minLength: 1, maxLength: 9 }) }),
          {
            maxLength: 4,
            selector: (part) => part.at,
          },
        ),
      });
    });

  /** Trims parts so that they neither overlap nor exceed the end. */
  const fitting = (parts: readonly { at: number; bytes: number[] }[], total: number) => {
    const sorted = parts.toSorted((a, b) => a.at - b.at);
    return imageOf(
      ...sorted.map(({ at, bytes }, i) => [at, bytes.slice(0, (sorted[i + 1]?.at ?? total) - at)] as const),
    );
  };

  test('afterwards the image is there, bytes outside it are untouched, and planning again finds nothing to do', () => {
    fc.assert(
      fc.property(world, ({ sizes, flash, parts }) => {
        const layout = layoutOf(mapOf(...sizes));
        const image = fitting(parts, flash.length);
        const input = inputFor(layout, image, flash);
        const plan = mustPlan(input);
        const after = flashAfter(plan, input, flash);
        const wanted = flash.slice();
        for (const segment of image) wanted.set(segment.data, segment.address);
        expect(after).toEqual(wanted);
        expect(mustPlan(inputFor(layout, image, after)).stretches).toEqual([]);
        for (const stretch of plan.stretches) {
          for (const unit of stretch.units) {
            expect(plainDigest(after.slice(unit.address, unit.address + unit.size))).toBe(unit.after);
            expect(unit.before).not.toBe(unit.after);
          }
        }
        for (const range of keptRanges(plan)) {
          expect(after.slice(range.address, range.address + range.size)).toEqual(
            flash.slice(range.address, range.address + range.size),
          );
        }
      }),
      { numRuns: cases(300) },
    );
  });

  test('encrypted units are never compared, kept in part or mixed with unencrypted ones', LONG, () => {
    const ranges = fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 1, max: 40 })), { maxLength: 4 });
    fc.assert(
      fc.property(world, ranges, ({ sizes, flash, parts }, marks) => {
        const ciphered = marks.map(([address, size]) => ({ region: 'flash', address, size }));
        const layout = { ...layoutOf(mapOf(...sizes)), ciphered };
        const image = fitting(parts, flash.length);
        const byteIs = (at: number) => ciphered.some(({ address, size }) => at >= address && at < address + size);
        const touches = ({ address, size }: { address: number; size: number }, is: (at: number) => boolean) =>
          Array.from({ length: size }, (_, i) => address + i).some(is);
        const isOurs = (at: number) => image.some(({ address, data }) => at >= address && at < address + data.length);
        const planning = planWrite(inputFor(layout, image, flash));
        const refusals = planning.kind === 'refused' ? planning.refusals : [];
        const { equal, stretches } = planning.kind === 'plan' ? planning.plan : { equal: [], stretches: [] };
        // Each refusal is a unit that the device encrypts, and part of which is either not in the image or not encrypted.
        const groundless = refusals.filter(
          ({ place }) =>
            place.in !== 'flash' ||
            !touches(place.range, byteIs) ||
            !touches(place.range, (at) => !isOurs(at) || !byteIs(at)),
        );
        const units = stretches.flatMap((stretch) => stretch.units.map((unit) => ({ unit, encrypt: stretch.encrypt })));
        const compared = equal.filter((unit) => touches(unit, byteIs));
        const mixed = units.filter(({ unit, encrypt }) => touches(unit, byteIs) !== encrypt);
        const kept = units.filter(
          ({ unit, encrypt }) => encrypt && (unit.before !== null || touches(unit, (at) => !byteIs(at) || !isOurs(at))),
        );
        expect({ groundless, compared, mixed, kept }).toEqual({ groundless: [], compared: [], mixed: [], kept: [] });
      }),
      { numRuns: cases(300) },
    );
  });
});

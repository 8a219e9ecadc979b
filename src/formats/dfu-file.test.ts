import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, viewOf } from './binary.ts';
import { crc32 } from './crc32.ts';
import { type DfuFile, type DfuImage, readDfuFile, writeDfuSe } from './dfu-file.ts';
import { cases } from '../testing/cases.ts';

const PHOTON = { vendorId: 0x2b04, productId: 0xd006, deviceVersion: 0 };

function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** One memory of a file, as dfuse-pack writes it. */
function target(alternate: number, address: number, data: readonly number[]): number[] {
  const name = [...ascii('ST...'), ...new Uint8Array(250)];
  return [
    ...ascii('Target'),
    alternate,
    ...u32(1),
    ...name,
    ...u32(8 + data.length),
    ...u32(1),
    ...u32(address),
    ...u32(data.length),
    ...data,
  ];
}

const HELLO = ascii('hello world 0123');
// dfuse-pack -b 0x080a0000:a.bin -b 0x00000010@1:b.bin -D 0x2b04:0xd006, from dfu-util 0.11.
const DFUSE_PACK = Uint8Array.from([
  ...ascii('DfuSe'),
  ...bytesOf('016202000002'),
  ...target(0, 0x080a0000, HELLO),
  ...target(1, 0x10, [1, 2, 3]),
  ...bytesOf('000006d0042b1a01554644100420fda5'),
]);
// dfu-suffix -v 0483 -p df11 -d ffff -a, from dfu-util 0.11.
const DFU_SUFFIX = Uint8Array.from([...HELLO, ...bytesOf('ffff11df83040001554644102d61924a')]);

/** The file with its checksum corrected. */
function mended(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  viewOf(copy).setUint32(copy.length - 4, ~crc32(copy.subarray(0, -4)) >>> 0, true);
  return copy;
}

function patched(offset: number, ...bytes: readonly number[]): Uint8Array {
  const copy = DFUSE_PACK.slice();
  copy.set(bytes, offset);
  return mended(copy);
}

describe('a DFU file', () => {
  it('of dfuse-pack is read', () => {
    expect(readDfuFile(DFUSE_PACK)).toEqual({
      kind: 'dfuse',
      images: [
        { alternate: 0, name: 'ST...', elements: [{ address: 0x080a0000, data: Uint8Array.from(HELLO) }] },
        { alternate: 1, name: 'ST...', elements: [{ address: 0x10, data: Uint8Array.of(1, 2, 3) }] },
      ],
      device: PHOTON,
    });
  });

  it('of dfu-suffix is firmware without its suffix', () => {
    const device = { vendorId: 0x0483, productId: 0xdf11, deviceVersion: null };
    expect(readDfuFile(DFU_SUFFIX)).toEqual({ kind: 'plain', data: Uint8Array.from(HELLO), device });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a binary', Uint8Array.from(HELLO)],
    ['sixteen bytes', new Uint8Array(16)],
    [
      'a binary that says UFD by chance',
      Uint8Array.from([...HELLO, ...new Uint8Array(8), ...ascii('UFD'), 1, 2, 3, 4, 5]),
    ],
  ])('is not %s', (_, file) => {
    expect(readDfuFile(file)).toEqual({ kind: 'foreign' });
  });

  const first = 11;
  const second = 11 + 274 + 8 + 16;
  it.each([
    ['cut short', DFUSE_PACK.slice(0, -1), 'it has no suffix at the end, so it is truncated', 609],
    [
      'changed',
      Uint8Array.from(DFUSE_PACK, (byte, i) => (i === 300 ? byte ^ 1 : byte)),
      'its checksum does not match: stored 0xA5FD2004, computed 0x1F024BCD',
      606,
    ],
    [
      'of a plain kind and changed',
      Uint8Array.from(DFU_SUFFIX, (byte, i) => (i === 0 ? byte ^ 1 : byte)),
      'its checksum does not match: stored 0x4A92612D, computed 0x4B279C30',
      28,
    ],
    ['of a later version', patched(5, 2), 'its format has version 2, and only 1 is known', 5],
    ['with more memories than it says', patched(10, 1), 'there is extra data at the end', second],
    ['with fewer memories than it says', patched(10, 3), 'memory 2 does not begin where it should', second + 274 + 11],
    ['with a memory of another mark', patched(second, 0x74), 'memory 1 does not begin where it should', second],
    ['with a memory past its end', patched(second + 266, 12), 'memory 1 is longer than the file', second + 266],
    ['with a part past its memory', patched(first + 274 + 4, 17), 'part 0 of memory 0 is longer than it', first + 278],
    ['with a part that is missing', patched(first + 270, 2), 'memory 0 ends before its part 1', second],
    ['with bytes of no part', patched(first + 270, 0), 'memory 0 has more in it than its parts', first + 274],
    [
      'with an address beyond 32 bits',
      patched(first + 274, 0xf8, 0xff, 0xff, 0xff),
      'part 0 of memory 0 extends past the last address',
      first + 274,
    ],
    ['with a suffix of no length', patched(605, 3), 'its suffix has an impossible length, 3', 605],
  ])('is damaged when %s', (_, file, why, offset) => {
    expect(readDfuFile(file)).toEqual({ kind: 'damaged', why, offset });
  });

  it('may give its size with its suffix, without it, or not at all', () => {
    for (const size of [610, 594, 0]) expect(readDfuFile(patched(6, ...u32(size)))).toMatchObject({ kind: 'dfuse' });
  });
});

const image = fc.record({
  alternate: fc.nat(255),
  name: fc.option(fc.string({ unit: fc.constantFrom('a', 'Z', ' ', '.', '0'), maxLength: 254 })),
  elements: fc.array(fc.record({ address: fc.nat(0xffffff00), data: fc.uint8Array({ maxLength: 40 }) }), {
    maxLength: 4,
  }),
});
const id = fc.option(fc.nat(0xfffe));
const device = fc.record({ vendorId: id, productId: id, deviceVersion: id });

/** Whether all data that was read lies within the file. */
function lies(file: Uint8Array, read: DfuFile): boolean {
  const data = read.kind === 'dfuse' ? read.images.flatMap(({ elements }) => elements.map((e) => e.data)) : [];
  return data.every((bytes) => bytes.buffer === file.buffer && bytes.byteOffset + bytes.length <= file.length);
}

describe('any DFU file', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.array(image, { maxLength: 4 }), device, (images: DfuImage[], about) => {
        expect(readDfuFile(writeDfuSe(images, about))).toEqual({ kind: 'dfuse', images, device: about });
      }),
    );
  });

  it('that was changed or cut is not read as DfuSe', () => {
    fc.assert(
      fc.property(fc.nat(DFUSE_PACK.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = DFUSE_PACK.slice();
        changed[at] = (changed[at] ?? 0) ^ bits;
        expect(readDfuFile(changed).kind).not.toBe('dfuse');
        expect(readDfuFile(DFUSE_PACK.slice(0, at)).kind).not.toBe('dfuse');
      }),
    );
  });

  it('with a correct checksum gives bytes of the file or a reason, whatever it contains', () => {
    const patches = fc.array(fc.tuple(fc.nat(DFUSE_PACK.length - 5), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(patches, fc.uint8Array({ maxLength: 64 }), (bytes, random) => {
        const changed = DFUSE_PACK.slice();
        for (const [at, byte] of bytes) changed[at] = byte;
        for (const file of [
          mended(changed),
          mended(Uint8Array.from([...ascii('DfuSe'), ...random, ...DFU_SUFFIX.slice(-16)])),
        ]) {
          expect(lies(file, readDfuFile(file))).toBe(true);
        }
      }),
      { numRuns: cases(300) },
    );
  });
});

describe('writing', () => {
  it('refuses what the format cannot hold', () => {
    const part = { address: 0, data: new Uint8Array(1) };
    const write =
      (one: Partial<DfuImage>, ids = PHOTON) =>
      () =>
        writeDfuSe([{ alternate: 0, name: null, elements: [part], ...one }], ids);
    expect(write({ alternate: 256 })).toThrow(RangeError);
    expect(write({ name: 'x'.repeat(255) })).toThrow(RangeError);
    expect(write({ elements: [{ address: 2 ** 32 - 1, data: new Uint8Array(2) }] })).toThrow(RangeError);
    expect(write({ elements: [{ address: -1, data: new Uint8Array(1) }] })).toThrow(RangeError);
    expect(write({}, { ...PHOTON, vendorId: 0x10000 })).toThrow(RangeError);
  });
});

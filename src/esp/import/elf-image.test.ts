/** App images made from ELF files: byte for byte as by esptool's rules, and always loadable by a bootloader. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { assembleImage } from '../../virtual-boards/esp/firmware/image.ts';
import type { ImageSegment } from '../../virtual-boards/esp/firmware/image.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { HASHES } from '../../formats/hashes.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import type { TestIdentity } from '../../testing/esp/placements.ts';
import { atOnce } from '../../flash/yielding.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { ProgramSection } from './elf-image.ts';
import { makeAppImage } from './elf-image.ts';
import { mapOf } from './memory-maps.ts';
import type { TestElf, TestSection } from '../../testing/esp/archives.ts';
import { appDescription, elfFile, esp32Sections, joined, pattern, source } from '../../testing/esp/archives.ts';
import { unpackEsp } from './unpack.ts';
import { cases } from '../../testing/cases.ts';
import { LONG } from '../../testing/long.ts';

const PAGE = 0x10000;
const blank = new Uint8Array(0x400000).fill(0xff);
const withBootloader = blank.slice();
// QIO at 80 MHz.
withBootloader.set(buildBootloaderImage({ flashMegabytes: 16, mode: 0, frequency: 15 }), 0x1000);

const boards = new Map<string, EspInspection>();
beforeAll(async () => {
  for (const chip of ['ESP32', 'ESP32-S3', 'ESP32-C3', 'ESP32-C6']) boards.set(chip, await boardOf(blank, { chip }));
  boards.set('with bootloader', await boardOf(withBootloader));
});

async function unpack(elf: TestElf, chip: NonNullable<TestIdentity['chip']>) {
  const board = boards.get(chip);
  if (board === undefined) throw new Error(`no board ${chip}`);
  return unpackEsp([source('app.elf', elfFile(elf))], board);
}

/** The description with the hash of the ELF file in it. */
function described(description: Uint8Array, elf: TestElf): Uint8Array {
  const out = description.slice();
  out.set(createHash('sha256').update(elfFile(elf)).digest(), 144);
  return out;
}

const CODES = { mode: 2, size: 2, frequency: 0, minRev: 0, maxRev: 0xffff };
const piece = (load: number, ...data: readonly Uint8Array[]): ImageSegment => ({ load, data: joined(data) });
const zeros = (size: number): Uint8Array => new Uint8Array(size);

test('every segment whose bytes no section has is listed, and none that sections fill', async () => {
  const loads = [
    [0x3ffb0000, zeros(0x40)],
    [0x3ffc8000, zeros(0x20)],
    [0x50000000, zeros(0x10)],
  ] as const;
  const { parts, left } = await unpack({ sections: esp32Sections(), loads }, 'ESP32');
  expect(parts).toHaveLength(1);
  expect(left).toEqual([
    {
      name: 'app.elf, segment at 0x3FFC8000',
      why: 'its 32 bytes are not in the app image: no section of the program holds them',
    },
    {
      name: 'app.elf, segment at 0x50000000',
      why: 'its 16 bytes are not in the app image: no section of the program holds them',
    },
  ]);
});

describe('an app for the ESP32', () => {
  const sections = esp32Sections();
  const elf: TestElf = { sections, entry: 0x40080444 };
  const dataOf = (name: string): Uint8Array => sections.find((section) => section.name === name)?.data ?? zeros(0);
  const drom = [described(dataOf('.flash.appdesc'), elf), dataOf('.flash.rodata')];
  const dram = dataOf('.dram0.data');
  const iram = [dataOf('.iram0.vectors'), dataOf('.iram0.text'), zeros(2)];
  // The content at the file offset that follows the header and segments of these sizes.
  const at = 24 + 8 + 0x400 + 8 + 0x100 + 8 + 0xc00;
  const expected = assembleImage({ chipId: 0, entry: 0x40080444, ...CODES }, [
    piece(0x3f400020, ...drom),
    piece(0x3ffb0000, dram),
    piece(0x40080000, ...iram),
    piece(0, zeros(PAGE + 0x20 - 8 - 8 - at)),
    piece(0x400d0020, dataOf('.flash.text')),
  ]);

  it('has flash parts aligned to pages, RAM parts between them, and the hash of the ELF file', async () => {
    const { container, says, parts, left, findings } = await unpack(elf, 'ESP32');
    expect([container, left, findings]).toEqual(['ELF file', [], []]);
    expect(says).toBe('An ELF file for the ESP32: its sections were converted to an app image, as esptool does it.');
    expect(parts.map(({ name, at: offset }) => [name, offset])).toEqual([['app.elf', undefined]]);
    expect(Buffer.compare(parts[0]?.data ?? zeros(0), expected)).toBe(0);
  });

  it('takes flash mode, size and frequency from the board’s bootloader', async () => {
    const { parts } = await unpack(elf, 'with bootloader');
    expect([...(parts[0]?.data.subarray(0, 4) ?? [])]).toEqual([0xe9, 5, 0, 0x4f]);
  });

  it('is the same whatever the order of its sections in memory', async () => {
    // A linker script may reorder them, as long as neighbours stay neighbours.
    const [vectors, text, data, bss, description, rodata, flashText] = sections;
    const other = [flashText, description, rodata, bss, data, vectors, text].flatMap((each) => each ?? []);
    const { parts } = await unpack({ sections: other, entry: 0x40080444 }, 'ESP32');
    // Only the hashes differ: the ELF file's in the description, and the image's own.
    const bare = (image: Uint8Array): Buffer => Buffer.from(image).fill(0, 176, 208);
    expect(Buffer.compare(bare(parts[0]?.data ?? zeros(0)).subarray(0, -48), bare(expected).subarray(0, -48))).toBe(0);
  });

  it('joins flash parts that are adjacent in memory but not in the file, as esp-hal links them', async () => {
    const own = {
      desc: { name: '.rodata_desc', address: 0x3f400020, data: appDescription('hal', '1') },
      data: { name: '.data', address: 0x3ffb0000, data: pattern(0x20, 2) },
      rodata: { name: '.rodata', address: 0x3f400120, data: pattern(0x80, 3) },
      code: { name: '.text', address: 0x400d0020, data: pattern(0x100, 4) },
      vectors: { name: '.vectors', address: 0x40080000, data: pattern(0x100, 5) },
    };
    const { desc, data, rodata, code, vectors } = own;
    const hal: TestElf = { sections: [desc, data, rodata, code, vectors], entry: 0x40080020 };
    const { parts, findings } = await unpack(hal, 'ESP32');
    const memory = 24 + 8 + 0x180 + 8 + 0x20 + 8 + 0x100;
    const image = assembleImage({ chipId: 0, entry: 0x40080020, ...CODES }, [
      piece(0x3f400020, described(desc.data, hal), rodata.data),
      piece(0x3ffb0000, data.data),
      piece(0x40080000, vectors.data),
      piece(0, zeros(PAGE + 0x20 - 8 - 8 - memory)),
      piece(0x400d0020, code.data),
    ]);
    expect(findings).toEqual([]);
    expect(Buffer.compare(parts[0]?.data ?? zeros(0), image)).toBe(0);
  });

  it('fills an alignment gap between flash parts that are one in the program headers', async () => {
    const hal = {
      sections: [
        { name: '.rodata_desc', address: 0x3f400020, data: appDescription('hal', '1') },
        { name: '.data', address: 0x3ffb0000, data: pattern(0x20, 2) },
        { name: '.rodata', address: 0x3f400130, data: pattern(0x80, 3) },
      ],
      loads: [
        [0x3f400020, pattern(0x190, 4)],
        [0x3ffb0000, pattern(0x20, 2)],
      ],
    } as const;
    const { parts, findings } = await unpack(hal, 'ESP32');
    expect(findings).toEqual([]);
    const image = readAppImage(parts[0]?.data ?? zeros(0), HASHES, { in: 'file', name: 'x' });
    const segments = image.kind === 'image' ? image.image.segments : [];
    expect(segments.map(({ loadAddress, length }) => [loadAddress, length])).toEqual([
      [0x3f400020, 0x190],
      [0x3ffb0000, 0x20],
    ]);
    const without = await unpack({ sections: hal.sections }, 'ESP32');
    expect(without.findings.map(({ kind }) => kind)).toEqual(['elf-page-shared']);
  });

  it('joins RAM parts that are out of order if a bootloader would not accept so many', async () => {
    const pieces = Array.from({ length: 20 }, (_, i) => (i * 7) % 20);
    const ram = pieces.map((i) => ({ name: `.data.${i}`, address: 0x3ffb0000 + i * 0x20, data: pattern(0x20, i + 1) }));
    const rodata = { name: '.flash.rodata', address: 0x3f400020, data: pattern(0x100, 1) };
    const { parts, findings } = await unpack({ sections: [rodata, ...ram] }, 'ESP32');
    expect(findings).toEqual([]);
    const image = readAppImage(parts[0]?.data ?? zeros(0), HASHES, { in: 'file', name: 'x' });
    const segments = image.kind === 'image' ? image.image.segments : [];
    expect(segments.map(({ loadAddress, length }) => [loadAddress, length])).toEqual([
      [0x3f400020, 0x100],
      [0x3ffb0000, 20 * 0x20],
    ]);
  });

  it('splits a RAM part that is larger than the space before a page, and writes the rest at the end', async () => {
    const big: TestSection[] = [
      { name: '.flash.rodata', address: 0x3f400020, data: pattern(0x100, 1) },
      { name: '.dram0.data', address: 0x3ffb0000, data: pattern(0x18000, 2) },
      { name: '.flash.text', address: 0x400d0020, data: pattern(0x100, 3) },
    ];
    const room = PAGE + 0x20 - 8 - 8 - (24 + 8 + 0x100);
    const { parts, says } = await unpack({ sections: big }, 'ESP32');
    const image = assembleImage({ chipId: 0, entry: 0x40080400, ...CODES }, [
      piece(0x3f400020, pattern(0x100, 1)),
      piece(0x3ffb0000, pattern(0x18000, 2).subarray(0, room)),
      piece(0x400d0020, pattern(0x100, 3)),
      piece(0x3ffb0000 + room, pattern(0x18000, 2).subarray(room)),
    ]);
    expect(Buffer.compare(parts[0]?.data ?? zeros(0), image)).toBe(0);
    expect(says).toContain('It has no app description.');
  });

  it('pads a flash part that ends less than 0x24 bytes into a page, which its bootloader would not map', async () => {
    const size = PAGE - 0x20 + 4;
    const { parts } = await unpack(
      { sections: [{ name: '.flash.rodata', address: 0x3f400020, data: pattern(size, 1) }] },
      'ESP32',
    );
    const image = assembleImage({ chipId: 0, entry: 0x40080400, ...CODES }, [
      piece(0x3f400020, pattern(size, 1), zeros(0x24 - 4)),
    ]);
    expect(Buffer.compare(parts[0]?.data ?? zeros(0), image)).toBe(0);
  });

  it('keeps a hash that the description already has', async () => {
    const description = appDescription('a', '1').fill(7, 144, 176);
    const { parts } = await unpack(
      { sections: [{ name: '.flash.appdesc', address: 0x3f400020, data: description }] },
      'ESP32',
    );
    expect([...(parts[0]?.data.subarray(32 + 144, 32 + 176) ?? [])]).toEqual(Array<number>(32).fill(7));
  });
});

describe('an app for the ESP32-C6', () => {
  const sections = (bits: number, text: number): TestSection[] => [
    { name: '.flash.text', address: 0x42000020, data: pattern(0x1000, 1) },
    { name: '.flash.appdesc', address: text, data: appDescription('c6', '1', bits) },
    { name: '.flash.rodata', address: text + 256, data: pattern(0x100, 2) },
    { name: '.iram0.text', address: 0x40800000, data: pattern(0x200, 3) },
  ];

  it('starts with the description although code has lower addresses, and may fit other chips too', async () => {
    const { parts, findings } = await unpack({ machine: 243, sections: sections(16, 0x42010020) }, 'ESP32-C6');
    const image = readAppImage(parts[0]?.data ?? zeros(0), HASHES, { in: 'file', name: 'x' });
    expect(image.findings).toEqual([]);
    expect(image).toMatchObject({
      kind: 'image',
      image: { loads: true, description: { project: 'c6' }, header: { chip: { name: 'ESP32-C6' } } },
    });
    expect(findings.map(({ kind, values }) => [kind, values])).toEqual([
      ['elf-chip-uncertain', { chip: 'ESP32-C6', others: 'ESP32-C5, the ESP32-C61, the ESP32-H2' }],
    ]);
  });

  it.each([
    ['as its description tells', 15, 0x42008020, 0x8000],
    ['as its addresses ask for', 0, 0x42004020, 0x4000],
    ['as it is usual', 0, 0x42010020, PAGE],
  ])('uses a page %s', async (_, bits, address, page) => {
    const { parts } = await unpack({ machine: 243, sections: sections(bits, address) }, 'ESP32-C6');
    const image = readAppImage(parts[0]?.data ?? zeros(0), HASHES, { in: 'file', name: 'x' });
    const segments = image.kind === 'image' ? image.image.segments : [];
    const text = segments.find(({ loadAddress }) => loadAddress === 0x42000020);
    expect(text?.offset).toBe(page + 0x20);
  });
});

describe('with random sections', () => {
  const map = mapOf('ESP32-C3');
  const settings = { chipId: 5, entry: 0x4037c000, mode: 2, sizeAndFrequency: 0x20, elfSha256: zeros(32) };
  const size = fc.oneof(fc.integer({ min: 1, max: 0x400 }), fc.integer({ min: 0xff00, max: 0x10100 }));
  const sections = fc.record({
    drom: fc.tuple(fc.nat(0x3fff), size),
    irom: fc.tuple(fc.nat(0x3fff), size),
    memory: fc.array(fc.tuple(fc.nat(0xfff), size), { maxLength: 4 }),
  });

  it('the image is valid, maps each flash part to its address, and holds all bytes at their addresses', LONG, () => {
    fc.assert(
      fc.property(sections, ({ drom, irom, memory }) => {
        const parts: ProgramSection[] = [
          { name: '.drom', address: 0x3c000000 + drom[0] * 4, data: pattern(drom[1], 1) },
          { name: '.irom', address: 0x42000000 + irom[0] * 4, data: pattern(irom[1], 2) },
          ...memory.map(([gap, length], i) => ({
            name: `.ram${i}`,
            address: 0x3fc80000 + i * 0x18000 + gap * 4,
            data: pattern(length, 3 + i),
          })),
        ];
        if (map === undefined) throw new Error('no map');
        const made = atOnce(makeAppImage(parts, map, settings));
        if (made.kind !== 'image') throw new Error(made.kind);
        const result = readAppImage(made.data, HASHES, { in: 'file', name: 'x' });
        expect(result.findings).toEqual([]);
        const segments = result.kind === 'image' ? result.image.segments : [];
        const isFlash = (address: number): boolean =>
          address >= 0x42000000 || (address >= 0x3c000000 && address < 0x3d000000);
        for (const { offset, loadAddress } of segments.filter((segment) => isFlash(segment.loadAddress))) {
          expect(offset % PAGE).toBe(loadAddress % PAGE);
        }
        for (const { address, data } of parts) {
          const loaded = new Uint8Array(data.length);
          for (const { offset, loadAddress, length } of segments) {
            const from = Math.max(address, loadAddress);
            const to = Math.min(address + data.length, loadAddress + length);
            if (from < to)
              loaded.set(made.data.subarray(offset + from - loadAddress, offset + to - loadAddress), from - address);
          }
          expect(Buffer.compare(loaded, data)).toBe(0);
        }
      }),
      { numRuns: cases(40) },
    );
  });
});

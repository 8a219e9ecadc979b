/** Containers on an STM32: from every form of a build, the program comes out at its address or with a reason why not. */
import { zipSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import type { Source, Unpacked } from '../../flash/dropped-file.ts';
import { boardOf, FAMILY, flashOf, kindsOf, photonFlash, place } from '../../testing/dfu/boards.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';
import {
  elfFile,
  esp32Sections,
  hexFile,
  joined,
  pattern,
  source,
  text,
  uf2Blocks,
} from '../../testing/esp/archives.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';

const FLASH = 0x08000000;
const F4 = 0x57755a57;
const board = await boardOf('f405', flashOf());
const unknown = await boardOf('unknown', flashOf());

/** A program as a linker makes it: a stack pointer, a reset vector, then anything. */
const program = pattern(0x1000, 1);
new DataView(program.buffer).setUint32(0, 0x20020000, true);
new DataView(program.buffer).setUint32(4, FLASH + 0x101, true);

const hex = text(hexFile([[FLASH, program]]));
const elf = elfFile({ machine: 40, loads: [[FLASH, program]] });
const uf2 = joined(uf2Blocks(FLASH, program, { family: F4 }));
const dfu = writeDfuSe([{ alternate: 0, name: 'Internal Flash', elements: [{ address: FLASH, data: program }] }], {
  vendorId: 0x0483,
  productId: 0xdf11,
  deviceVersion: null,
});

type Files = Readonly<Record<string, Uint8Array>>;
const drop = (files: Files): Source[] => Object.entries(files).map(([path, data]) => source(path, data));
const zip = (files: Files): Uint8Array => zipSync(files, { mtime: '2026-01-05T10:00:00Z' });
const unpack = (files: Files, on = board): Promise<Unpacked> => FAMILY.unpack(drop(files), on);
const leftOf = ({ left }: Unpacked): string[] => left.map(({ name, why }) => `${name}: ${why}`);

describe('a program comes out at its address', () => {
  const forms: readonly (readonly [name: string, data: Uint8Array, at: number | undefined])[] = [
    ['app.bin', program, undefined],
    ['app.hex', hex, FLASH],
    ['app.elf', elf, FLASH],
    ['app.uf2', uf2, FLASH],
    ['app.dfu', dfu, FLASH],
  ];
  const ways: readonly (readonly [way: string, (files: Files) => Files])[] = [
    ['as it is', (files) => files],
    ['in a ZIP archive', (files) => ({ 'fw.zip': zip(files) })],
    ['in an archive in an archive', (files) => ({ 'a.zip': zip({ 'b.zip': zip(files) }) })],
    [
      'in a build folder',
      (files) => ({
        ...Object.fromEntries(Object.entries(files).map(([name, data]) => [`build/${name}`, data])),
        'build/app.map': text('Memory Configuration'),
        'build/main.o': elfFile({ machine: 40 }),
      }),
    ],
  ];
  const cases = forms.flatMap(([name, data, at]) => ways.map(([way, pack]) => ({ name, data, at, way, pack })));

  it.each(cases)('$name $way', async ({ name, data, at, pack }) => {
    const { parts, findings } = await unpack(pack({ [name]: data }));
    expect(findings).toEqual([]);
    expect(parts.map((part) => part.at)).toEqual([at]);
    expect(parts[0]?.data).toEqual(program);
    expect(place(parts, board)[0]?.choice).toMatchObject({ address: FLASH, fits: true });
    expect(kindsOf(place(parts, board), board)).toEqual([]);
  });

  test('two UF2 blocks for an STM32F4 become one part', async () => {
    const { container, says, parts, left } = await unpack({
      'a.uf2': joined(uf2Blocks(FLASH, pattern(512, 0), { family: F4 })),
    });
    expect([container, says]).toEqual(['UF2', 'A UF2 file with bytes for one place: 0x08000000.']);
    expect(parts).toEqual([{ name: 'a.uf2 at 0x08000000', at: FLASH, data: pattern(512, 0) }]);
    expect(left).toEqual([]);
  });
});

describe('of a folder with one program in several forms', () => {
  const app = buildModule({ version: 4 });

  test('an STM32 takes the form that has the address', async () => {
    const { parts, left } = await unpack({ 'b/app.bin': program, 'b/app.elf': elf, 'b/app.hex': hex });
    expect(parts.map(({ at }) => at)).toEqual([FLASH]);
    expect(left).toEqual([
      { name: 'b/app.bin', why: 'the same firmware as app.hex' },
      { name: 'b/app.elf', why: 'the same firmware as app.hex' },
    ]);
  });

  test('a Photon takes the module that has its checksums filled in', async () => {
    const photon = await boardOf('photon', photonFlash());
    const files = { 'b/app.bin': app, 'b/app.hex': text(hexFile([[0x080a0000, app]])) };
    const { parts, left } = await unpack(files, photon);
    expect(parts).toEqual([{ name: 'b/app.bin', data: app }]);
    expect(left).toEqual([{ name: 'b/app.hex', why: 'the same firmware as app.bin' }]);
  });
});

describe('a file for another chip is not used, and the chip is named', () => {
  const other = buildAppImage({ project: 'blinky', version: '1', seed: 5, size: 0x400, chipId: 9 });
  const espList = text(
    JSON.stringify({ flash_files: { '0x10000': 'app.bin' }, extra_esptool_args: { chip: 'esp32' } }),
  );
  const electron = buildModule({ start: 0x08080000, platform: 10 });

  it.each<[string, Files, string]>([
    [
      'UF2',
      { 'a.uf2': joined(uf2Blocks(FLASH, program, { family: 0x53b80f00 })) },
      'a.uf2: 16 blocks: for the STM32F7, not for this board',
    ],
    [
      'UF2 for an ESP',
      { 'a.uf2': joined(uf2Blocks(0, other, { family: 0xc47e5767 })) },
      'for the ESP32-S3, not for this board',
    ],
    [
      'UF2 of an unknown family',
      { 'a.uf2': joined(uf2Blocks(0, program, { family: 0x12345678 })) },
      'for a different kind of chip (UF2 family 0x12345678)',
    ],
    ['an ESP app in a ZIP', { 'a.zip': zip({ 'app.bin': other }) }, 'app.bin: for the ESP32-S3'],
    [
      'an ESP-IDF build',
      { 'b/flasher_args.json': espList, 'b/app.bin': other },
      'for the ESP32, but this board has an STM32F405 or F407',
    ],
  ])('%s', async (_, files, words) => {
    const unpacked = await unpack(files);
    expect(unpacked.parts).toEqual([]);
    expect(leftOf(unpacked).join('\n')).toContain(words);
  });

  test('a module for another board in a ZIP', async () => {
    const photon = await boardOf('photon', photonFlash());
    const unpacked = await unpack({ 'a.zip': zip({ 'a.bin': electron }) }, photon);
    expect([unpacked.parts, leftOf(unpacked)]).toEqual([[], ['a.bin: for the Particle Electron']]);
  });

  test('an ELF file', async () => {
    const { parts, findings } = await unpack({ 'a.elf': elfFile({ sections: esp32Sections() }) });
    expect(parts).toEqual([]);
    expect(findings.map(({ says }) => says)).toEqual([
      'This ELF file cannot be used: this board’s processor cannot run it, because it is for an Xtensa processor ' +
        '(such as the ESP32’s).',
    ]);
  });

  test('a UF2 file for an STM32F4 on a board whose chip is unknown', async () => {
    const unpacked = await unpack({ 'a.uf2': uf2 }, unknown);
    expect(unpacked.parts).toEqual([]);
    expect(leftOf(unpacked)).toEqual(['a.uf2: 16 blocks: for the STM32F4, but this board’s chip is unknown']);
  });
});

describe('every part of an ELF file is used or listed', () => {
  test('a segment larger than any flash is listed, the others are used', async () => {
    const loads = [
      [FLASH, program],
      [0x90000000, new Uint8Array((16 << 20) + 1)],
    ] as const;
    const unpacked = await unpack({ 'a.elf': elfFile({ machine: 40, loads }) });
    expect(unpacked.parts.map(({ at }) => at)).toEqual([FLASH]);
    expect(leftOf(unpacked)).toEqual([
      'a.elf, segment at 0x90000000: too large: 16,777,217 bytes, but no supported chip has more than 16 MiB of flash',
    ]);
  });

  test('adjacent segments are one part; a segment for RAM is listed', async () => {
    const loads = [
      [FLASH + 0x800, program.subarray(0x800)],
      [FLASH, program.subarray(0, 0x800)],
      [0x20000000, pattern(16, 3)],
    ] as const;
    const unpacked = await unpack({ 'a.elf': elfFile({ machine: 40, loads }) });
    expect(unpacked.parts).toEqual([{ name: 'a.elf at 0x08000000', at: FLASH, data: program }]);
    expect(leftOf(unpacked)).toEqual(['a.elf at 0x20000000: this board has no memory at 0x20000000']);
  });

  test.each([
    ['with other bytes', pattern(64, 7)],
    ['with the same bytes', program.subarray(0xfe0, 0x1000)],
  ])('segments that overlap %s are refused', async (_, second) => {
    const loads = [
      [FLASH, program],
      [FLASH + 0xfe0, second],
    ] as const;
    const unpacked = await unpack({ 'a.elf': elfFile({ machine: 40, loads }) });
    expect([unpacked.parts, unpacked.left.length]).toEqual([[], 1]);
    expect(unpacked.findings.map(({ says }) => says)).toEqual([
      'This ELF file cannot be used: two of its segments overlap at 0x08000FE0.',
    ]);
  });

  test('an object file is not a program', async () => {
    const unpacked = await unpack({ 'main.o': elfFile({ machine: 40 }) });
    expect([unpacked.parts, leftOf(unpacked)]).toEqual([
      [],
      ['main.o: it has no loadable segments, so it is not a linked program'],
    ]);
  });
});

describe('a drop is read within a budget', () => {
  const large = (path: string, size: number): Source => ({
    path,
    size,
    read: (from, to) => Promise.resolve(new Uint8Array(to - from)),
  });

  test('of 32 MiB together, and 16 MiB a file', async () => {
    const sources = [
      large('a.bin', 15 << 20),
      large('b.bin', 15 << 20),
      large('c.bin', 15 << 20),
      large('d.bin', 1 << 30),
    ];
    const { parts, left } = await FAMILY.unpack(sources, board);
    expect(parts.map(({ name }) => name)).toEqual(['a.bin', 'b.bin']);
    expect(left).toEqual([
      { name: 'c.bin', why: 'too much at once: together at most 32 MiB are read' },
      { name: 'd.bin', why: 'too large: 1024 MiB, and at most 16 MiB are read' },
    ]);
  });

  test('in a large folder, only files named like firmware are opened; the others are counted', async () => {
    const reads: [number, number][] = [];
    const objects = Array.from({ length: 2000 }, (_, i) => source(`build/${i}.o`, 'x', reads));
    const { parts, left } = await FAMILY.unpack([...objects, ...drop({ 'build/app.hex': hex })], board);
    expect(parts.map(({ at }) => at)).toEqual([FLASH]);
    expect(left).toEqual([{ name: '2000 more files', why: 'not opened: add the ones you want on their own' }]);
    expect(reads).toEqual([]);
  });
});

test('no container is ever a part itself, however it is named or damaged', async () => {
  const containers = { hex, elf, uf2, dfu, zip: zip({ 'app.bin': program }) };
  for (const data of Object.values(containers)) {
    for (const cut of [data, data.subarray(0, data.length - 7)]) {
      const { parts } = await unpack({ 'data.bin': cut });
      expect(parts.every((part) => part.data.length <= program.length)).toBe(true);
      for (const part of parts) expect(part.data).not.toEqual(cut);
    }
  }
});

/** Test support: broken files of firmware: Intel HEX, UF2, ELF and programs. Nothing of the app imports it. */
import type { TestSection } from '../esp/archives.ts';
import { elfFile, HEX_END, hexFile, hexRecord, joined, pattern, uf2Blocks } from '../esp/archives.ts';
import type { BrokenDrop, Drop } from './case.ts';
import { patched } from './case.ts';
import { GOOD } from './images.ts';

const DATA = pattern(0x300, 1);
const HEX = hexFile([[0x9000, DATA.subarray(0, 40)]]);
const [UPPER = '', FIRST = '', SECOND = ''] = HEX.split('\n');
const hex = (...lines: readonly string[]): Drop => ({ 'fw.hex': lines.join('\n') });
const goodHex = (): Drop => ({ 'fw.hex': HEX });

const BLOCKS = uf2Blocks(0x9000, DATA);
const uf2 = (blocks: readonly Uint8Array[]): Drop => ({ 'fw.uf2': joined(blocks) });
const goodUf2 = (): Drop => uf2(BLOCKS);
/** The blocks with a little-endian word of the second one changed. */
function withWord(offset: number, word: number, blocks = BLOCKS): Drop {
  const bytes = [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff);
  return uf2(blocks.map((block, i) => (i === 1 ? patched(block, offset, ...bytes) : block)));
}

const elf = (...sections: readonly TestSection[]): Drop => ({ 'app.elf': elfFile({ sections }) });
const section = (address: number, size = 0x100): TestSection => ({ name: '.x', address, data: pattern(size, 2) });
const goodElf = (): Drop => elf(section(0x3f400020), section(0x400d0020));
/** Every rule of files of firmware, with a file that breaks it. */
export const BROKEN_FIRMWARE: readonly BrokenDrop[] = [
  {
    kind: 'hex-character',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(UPPER, FIRST, SECOND.replace(/.$/, 'G'), HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-character',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, '; words', FIRST, HEX_END),
    mended: () => hex(UPPER, '', FIRST, HEX_END),
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, FIRST.slice(0, -2), HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 1 },
    broken: () => hex(hexRecord(4, 0, [0]), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, `:${'F'.repeat(600)}`, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-checksum',
    place: { name: 'fw.hex', line: 2 },
    broken: () =>
      hex(
        UPPER,
        FIRST.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
        HEX_END,
      ),
    mended: goodHex,
  },
  {
    kind: 'hex-type',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, hexRecord(6, 0), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-overlap',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(hexRecord(0, 0, [1, 2]), hexRecord(0, 1, [2, 3]), hexRecord(0, 2, [4]), HEX_END),
    mended: () => hex(hexRecord(0, 0, [1, 2]), hexRecord(0, 1, [2, 3]), hexRecord(0, 2, [3]), HEX_END),
  },
  {
    kind: 'hex-end-missing',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(UPPER, FIRST, SECOND),
    mended: goodHex,
  },
  { kind: 'hex-no-data', place: { name: 'fw.hex', line: 2 }, broken: () => hex(UPPER, HEX_END), mended: goodHex },
  {
    kind: 'hex-after-end',
    place: { name: 'fw.hex', line: 5 },
    broken: () => hex(UPPER, FIRST, HEX_END, '', FIRST),
    mended: () => hex(UPPER, FIRST, HEX_END, '', '  '),
  },
  {
    kind: 'address-past-flash',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(hexRecord(4, 0, [0x40, 0x0d]), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'address-past-flash',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(12, 0x7ffff04),
    mended: () => withWord(12, 0x7ffff00),
  },
  {
    kind: 'addresses-relative',
    place: { name: 'fw.hex' },
    broken: () => ({ 'fw.hex': hexFile([[0, GOOD]]) }),
    mended: () => ({ 'fw.hex': hexFile([[0x10000, GOOD]]) }),
  },
  {
    kind: 'runs-too-many',
    place: { name: 'fw.hex' },
    broken: () => hex(...Array.from({ length: 129 }, (_, i) => hexRecord(0, i * 2, [1])), HEX_END),
    mended: () => hex(...Array.from({ length: 128 }, (_, i) => hexRecord(0, i * 2, [1])), HEX_END),
  },
  {
    kind: 'runs-too-many',
    place: { name: 'fw.uf2' },
    broken: () => uf2(Array.from({ length: 129 }, (_, i) => uf2Blocks(i * 512, DATA.subarray(0, 256))).flat()),
    mended: () => uf2(Array.from({ length: 128 }, (_, i) => uf2Blocks(i * 512, DATA.subarray(0, 256))).flat()),
  },

  {
    kind: 'uf2-cut-short',
    place: { name: 'fw.uf2', offset: 1024 },
    broken: () => ({ 'fw.uf2': joined(BLOCKS).subarray(0, 1535) }),
    mended: goodUf2,
  },
  {
    kind: 'uf2-block-damaged',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(508, 0x0ab16f31),
    mended: goodUf2,
  },
  { kind: 'uf2-block-damaged', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(0, 0), mended: goodUf2 },
  {
    kind: 'uf2-payload-size',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(16, 477),
    mended: goodUf2,
  },
  {
    kind: 'uf2-payload-size',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(16, 453, uf2Blocks(0x9000, DATA, { md5: 'end' })),
    mended: () => uf2(uf2Blocks(0x9000, DATA, { md5: 'end', payload: 452 })),
  },
  { kind: 'uf2-block-number', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(20, 3), mended: goodUf2 },
  {
    kind: 'uf2-blocks-missing',
    place: { name: 'fw.uf2', offset: 1024 },
    broken: () => uf2(BLOCKS.toSpliced(1, 1)),
    mended: () => uf2([...BLOCKS, ...BLOCKS.slice(1, 2)]),
  },
  { kind: 'uf2-overlap', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(12, 0x90ff), mended: goodUf2 },
  {
    kind: 'uf2-md5-wrong',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(100, 0, uf2Blocks(0x9000, DATA, { md5: 'end' })),
    mended: () => uf2(uf2Blocks(0x9000, DATA, { md5: 'end' })),
  },

  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 51 },
    broken: () => ({ 'app.elf': elfFile({ sections: [section(0x3f400020)] }).subarray(0, 51) }),
    mended: goodElf,
  },
  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 52 },
    // The number of section headers.
    broken: () => ({ 'app.elf': patched(elfFile({ sections: [section(0x3f400020)] }), 48, 0xff) }),
    mended: goodElf,
  },
  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 52 },
    // The size of a section header.
    broken: () => ({ 'app.elf': patched(elfFile({ sections: [section(0x3f400020)] }), 46, 41) }),
    mended: goodElf,
  },
  {
    kind: 'elf-page-shared',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), section(0x3f400200)),
    mended: () => elf(section(0x3f400020), section(0x3f410200)),
  },
  {
    kind: 'elf-too-many-segments',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), ...Array.from({ length: 16 }, (_, i) => section(0x3ffb0000 + i * 0x200))),
    mended: () => elf(section(0x3f400020), ...Array.from({ length: 15 }, (_, i) => section(0x3ffb0000 + i * 0x200))),
  },
  {
    kind: 'elf-misaligned',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), section(0x3ffb0002)),
    mended: () => elf(section(0x3f400020), section(0x3ffb0004)),
  },
  {
    kind: 'elf-overlap',
    place: { name: 'app.elf', offset: 452 },
    broken: () => ({
      'app.elf': elfFile({
        loads: [
          [0x9000, DATA.subarray(0, 256)],
          [0x90ff, DATA.subarray(0, 16)],
        ],
      }),
    }),
    mended: () => ({
      'app.elf': elfFile({
        loads: [
          [0x9000, DATA.subarray(0, 256)],
          [0x9100, DATA.subarray(0, 16)],
        ],
      }),
    }),
  },
  {
    kind: 'elf-chip-uncertain',
    place: { name: 'app.elf' },
    // On an ESP32-S2, code there is flash too, but that data is not.
    broken: () => elf(section(0x400d0020)),
    mended: goodElf,
  },

  {
    kind: 'program-for-stm32',
    place: { name: 'app.bin' },
    broken: () => ({ 'app.bin': vectorTable(0x08000101) }),
    // Thumb code never has an even address.
    mended: () => ({ 'app.bin': vectorTable(0x08000100) }),
  },
];

function vectorTable(reset: number): Uint8Array {
  const data = pattern(0x200, 3);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x20020000, true);
  view.setUint32(4, reset, true);
  return data;
}

/** Hostile programs and files for DFU devices: ELF, DfuSe, and Particle's modules. */
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { crc32 } from '../../formats/crc32.ts';
import { elfFile, esp32Sections, pattern, source, text } from '../esp/archives.ts';
import { edited } from '../rules/samples.ts';
import type { HostileDrop } from './drop.ts';

const elf = (data: Uint8Array) => [source('a.elf', data)];
const ELF = elfFile({ sections: esp32Sections() });
const DEVICE = { vendorId: 0x0483, productId: 0xdf11, deviceVersion: null };
const dfu = (data: Uint8Array) => [source('a.dfu', data)];
const DFUSE = writeDfuSe(
  [{ alternate: 0, name: 'ST...', elements: [{ address: 0x08000000, data: pattern(64, 1) }] }],
  DEVICE,
);
/** The file changed, with the checksum at its end made right again. */
const withChecksum = (edit: (copy: Uint8Array, view: DataView) => void) =>
  edited(DFUSE, (copy, view) => {
    edit(copy, view);
    view.setUint32(copy.length - 4, ~crc32(copy.subarray(0, -4)) >>> 0, true);
  });
/** Offsets in a DfuSe file: number of memories, and of the first memory: alternate, size, number of elements; of its first element: address, size. */
const AT = { memories: 10, alternate: 17, size: 277, elements: 281, address: 285, length: 289 } as const;

const ELF_DROPS: readonly HostileDrop[] = [
  {
    name: 'an ELF file with 256 segments at one address',
    attacks: 'ELF: 64 KiB for each of them took 4 GB',
    comes: 'left out, elf-unusable',
    drop: () =>
      elf(
        elfFile({ machine: 40, loads: Array.from({ length: 256 }, () => [0x08000000, pattern(0x10000, 1)] as const) }),
      ),
    board: 'STM32',
  },
  {
    name: 'an ELF file with hundreds of sections in one part of 16 MiB',
    attacks: 'ELF: each gap filled again',
    comes: '1 part, refused ?image-without-description app-too-large',
    drop: () =>
      elf(
        elfFile({
          sections: Array.from({ length: 500 }, (_, i) => ({
            name: '.rodata',
            address: 0x3c010000 + i * 0x8000,
            data: pattern(0x100, i),
          })),
          loads: [[0x3c010000, new Uint8Array(500 * 0x8000)]],
        }),
      ),
    board: 'ESP32-S3',
  },
  {
    name: 'an ELF file with a thousand sections that share the same megabyte',
    attacks: 'ELF: a gigabyte from a megabyte',
    comes: 'left out',
    drop: () => {
      const large = elfFile({ sections: [{ name: '.a', address: 0x3f400020, data: pattern(1 << 20, 1) }] });
      const out = new Uint8Array(large.length + 1000 * 40);
      out.set(large);
      for (let i = 0; i < 1000; i++) out.set(large.subarray(92, 132), large.length + i * 40);
      return elf(
        edited(out, (_, view) => {
          view.setUint32(32, large.length, true);
          view.setUint16(48, 1000, true);
          view.setUint16(50, 0, true);
        }),
      );
    },
  },
  {
    name: 'an ELF file whose sections begin behind its end',
    attacks: 'ELF: an offset that nobody compares with the file',
    comes: 'left out, elf-damaged',
    drop: () => elf(edited(ELF, (_, view) => view.setUint32(32, 0xfffffff0, true))),
  },
  {
    name: 'an ELF file with 65,535 sections of no size',
    attacks: 'ELF: a count read as it comes',
    comes: 'left out, elf-damaged',
    drop: () =>
      elf(
        edited(ELF, (_, view) => {
          view.setUint16(46, 0, true);
          view.setUint16(48, 0xffff, true);
        }),
      ),
  },
  {
    name: 'an ELF file whose names begin behind its end',
    attacks: 'ELF: text read on until a zero',
    comes: '1 part',
    drop: () => elf(edited(ELF, (_, view) => view.setUint16(50, 0xfff0, true))),
  },
  {
    name: 'an ELF file of 64 bits, big endian',
    attacks: 'ELF: fields at other places',
    comes: 'left out',
    drop: () => elf(edited(ELF, (copy) => copy.set([2, 2], 4))),
  },
  {
    name: 'an ELF file for a PC',
    attacks: 'ELF: a machine that nobody compares',
    comes: 'left out',
    drop: () => elf(edited(ELF, (_, view) => view.setUint16(18, 3, true))),
  },
  {
    name: 'an ELF file whose sections overlap',
    attacks: 'ELF: whichever comes last wins',
    comes: 'left out, elf-page-shared',
    drop: () =>
      elf(
        elfFile({
          sections: [
            { name: '.a', address: 0x3f400020, data: pattern(0x400, 1) },
            { name: '.b', address: 0x3f400120, data: pattern(0x400, 2) },
          ],
        }),
      ),
  },
  {
    name: 'an ELF file with a segment that wraps past 4 GiB',
    attacks: 'ELF: an end that is smaller than its start',
    comes: 'left out, addresses-elsewhere',
    drop: () => elf(elfFile({ machine: 40, loads: [[0xffffff00, pattern(0x1000, 1)]] })),
    board: 'STM32',
  },
];

const DFU_DROPS: readonly HostileDrop[] = [
  {
    name: 'a .dfu file with 65,536 elements of one byte',
    attacks: 'sparse bytes: a page of memory for each byte took 1.6 GB',
    comes: 'left out, runs-too-many',
    drop: () =>
      dfu(
        writeDfuSe(
          [
            {
              alternate: 0,
              name: null,
              elements: Array.from({ length: 0x10000 }, (_, i) => ({ address: i * 0x1000, data: new Uint8Array(1) })),
            },
          ],
          DEVICE,
        ),
      ),
    board: 'STM32',
  },
  {
    name: 'a .dfu file with more elements than any tool makes',
    attacks: 'DfuSe: a count read as it comes',
    comes: 'left out, dfu-file-unusable',
    drop: () =>
      dfu(
        writeDfuSe(
          [
            {
              alternate: 0,
              name: null,
              elements: Array.from({ length: 0x40000 }, (_, i) => ({ address: i * 0x1000, data: new Uint8Array(1) })),
            },
          ],
          DEVICE,
        ),
      ),
    board: 'STM32',
  },
  {
    name: 'a .dfu file with a suffix whose checksum is wrong',
    attacks: 'DfuSe: a checksum that nobody computes',
    comes: 'left out, dfu-file-unusable',
    drop: () => dfu(edited(DFUSE, (copy) => copy.set([copy[300] === 0 ? 1 : 0], 300))),
    board: 'STM32',
  },
  {
    name: 'a .dfu file cut off before its suffix',
    attacks: 'DfuSe: half a file taken for all of it',
    comes: 'left out, dfu-file-unusable',
    drop: () => dfu(DFUSE.slice(0, -20)),
    board: 'STM32',
  },
  {
    name: 'a .dfu file with 255 memories, of which there is one',
    attacks: 'DfuSe: reading behind the end',
    comes: 'left out, dfu-file-unusable',
    drop: () => dfu(withChecksum((copy) => copy.set([255], AT.memories))),
    board: 'STM32',
  },
  {
    name: 'a .dfu file with an element of 4 GiB',
    attacks: 'DfuSe: a size that nobody compares with the file',
    comes: 'left out, dfu-file-unusable',
    drop: () => dfu(withChecksum((_, view) => view.setUint32(AT.length, 0xffffffff, true))),
    board: 'STM32',
  },
  {
    name: 'a .dfu file for memory 200',
    attacks: 'DfuSe: written to the first memory all the same',
    comes: 'left out',
    drop: () => dfu(withChecksum((copy) => copy.set([200], AT.alternate))),
    board: 'STM32',
  },
  {
    name: 'a .dfu file for the option bytes',
    attacks: 'DfuSe: bytes that can lock the chip for good',
    comes: 'left out',
    drop: () =>
      dfu(
        withChecksum((copy, view) => {
          copy.set([1], AT.alternate);
          view.setUint32(AT.address, 0x1fffc000, true);
        }),
      ),
    board: 'STM32',
  },
  {
    name: 'a .dfu file for another maker’s device',
    attacks: 'DfuSe: a device that nobody compares',
    comes: '1 part, dfu-file-for-another-device, refused ?program-without-start',
    drop: () =>
      dfu(
        writeDfuSe([{ alternate: 0, name: null, elements: [{ address: 0x08000000, data: pattern(64, 1) }] }], {
          vendorId: 0x1d50,
          productId: 1,
          deviceVersion: null,
        }),
      ),
    board: 'STM32',
  },
  {
    name: 'a .dfu file whose elements overlap',
    attacks: 'DfuSe: whichever comes last wins',
    comes: 'left out, dfu-file-unusable',
    drop: () =>
      dfu(
        writeDfuSe(
          [
            {
              alternate: 0,
              name: null,
              elements: [
                { address: 0x08000000, data: pattern(64, 1) },
                { address: 0x08000010, data: pattern(64, 2) },
              ],
            },
          ],
          DEVICE,
        ),
      ),
    board: 'STM32',
  },
  {
    name: 'a Particle module that says it is 4 GiB long',
    attacks: 'modules: a length that nobody compares with the file',
    comes: '1 part, refused sector-not-chosen',
    drop: () => [
      source(
        'm.bin',
        edited(pattern(0x200, 1), (copy, view) => {
          view.setUint32(0, 0x080a0000, true);
          view.setUint32(4, 0xffffffff, true);
          copy.set(text('\u0000\u0000'), 8);
        }),
      ),
    ],
    board: 'Photon',
  },
];

/** Programs and files for DFU devices. */
export const PROGRAM_DROPS: readonly HostileDrop[] = [...ELF_DROPS, ...DFU_DROPS];

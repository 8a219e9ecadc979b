/** Where each chip sees its flash and its memory: what an ELF file's addresses are held against. */
import { ELF_MACHINE } from '../../formats/elf.ts';

/** A stretch of addresses: from the first up to the one behind the last. */
export type Window = readonly [from: number, to: number];

/** One chip's memory. */
export interface MemoryMap {
  readonly chip: string;
  /** `e_machine` of its programs. */
  readonly machine: number;
  /** Where flash is mapped, read through the cache in whole pages. */
  readonly flash: readonly Window[];
  /** What a bootloader copies to before it starts an app; sections in one of these may be joined. */
  readonly memory: readonly Window[];
  /** Sizes of a page of the cache's map in bytes, the usual one first. */
  readonly pages: readonly number[];
}

const { xtensa, riscv } = ELF_MACHINE;
const PAGE = 0x10000;
const PAGES = [PAGE, 0x8000, 0x4000, 0x2000];
/** The RTC memory of most RISC-V chips. */
const LOW_POWER: Window = [0x50000000, 0x50004000];

// Flash: IROM_MAP_* and DROM_MAP_* of esptool 5 (targets/*.py), which decide there what is mapped. Memory: MEMORY_MAP
// of the same files, as esptool-js 0.7.0 (lib/targets) carries it. Pages: MMU_PAGE_SIZE_CONF in esptool's bin_image.py.
const MAPS: readonly MemoryMap[] = [
  {
    chip: 'ESP32',
    machine: xtensa,
    flash: [
      [0x3f400000, 0x3f800000],
      [0x400d0000, 0x40400000],
    ],
    memory: [
      [0x3ff80000, 0x3ff82000],
      [0x3ffae000, 0x40000000],
      [0x40070000, 0x40078000],
      [0x40078000, 0x40080000],
      [0x40080000, 0x400a0000],
      [0x400a0000, 0x400bfffc],
      [0x400c0000, 0x400c2000],
      [0x50000000, 0x50002000],
    ],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-S2',
    machine: xtensa,
    flash: [
      [0x3f000000, 0x3f3f0000],
      [0x40080000, 0x40b80000],
    ],
    memory: [
      [0x3ff9e000, 0x3ffa0000],
      [0x3ffb0000, 0x40000000],
      [0x40020000, 0x40070000],
      [0x40070000, 0x40072000],
      [0x50000000, 0x50002000],
    ],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-S3',
    machine: xtensa,
    flash: [
      [0x3c000000, 0x3e000000],
      [0x42000000, 0x44000000],
    ],
    memory: [
      [0x3fc88000, 0x3fd00000],
      [0x40370000, 0x403e0000],
      [0x50000000, 0x50002000],
      [0x600fe000, 0x60100000],
    ],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-C2',
    machine: riscv,
    flash: [
      [0x3c000000, 0x3c400000],
      [0x42000000, 0x42400000],
    ],
    memory: [
      [0x3fca0000, 0x3fce0000],
      [0x4037c000, 0x403c0000],
    ],
    pages: [PAGE, 0x8000, 0x4000],
  },
  {
    chip: 'ESP32-C3',
    machine: riscv,
    flash: [
      [0x3c000000, 0x3c800000],
      [0x42000000, 0x42800000],
    ],
    memory: [
      [0x3fc80000, 0x3fce0000],
      [0x4037c000, 0x403e0000],
      [0x50000000, 0x50002000],
      [0x600fe000, 0x60100000],
    ],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-C5',
    machine: riscv,
    flash: [[0x42000000, 0x44000000]],
    memory: [[0x40800000, 0x40860000], LOW_POWER, [0x600fe000, 0x60100000]],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-C6',
    machine: riscv,
    flash: [[0x42000000, 0x43000000]],
    memory: [[0x40800000, 0x40880000], LOW_POWER, [0x600fe000, 0x60100000]],
    pages: PAGES,
  },
  {
    chip: 'ESP32-C61',
    machine: riscv,
    flash: [[0x42000000, 0x43000000]],
    memory: [[0x40800000, 0x40860000], LOW_POWER, [0x600fe000, 0x60100000]],
    pages: PAGES,
  },
  {
    chip: 'ESP32-H2',
    machine: riscv,
    flash: [[0x42000000, 0x43000000]],
    memory: [[0x40800000, 0x40880000], LOW_POWER, [0x600fe000, 0x60100000]],
    pages: PAGES,
  },
  {
    chip: 'ESP32-H4',
    machine: riscv,
    flash: [[0x42000000, 0x43000000]],
    memory: [
      [0x40810000, 0x40860000],
      [0x50000000, 0x50004000],
    ],
    pages: PAGES,
  },
  {
    chip: 'ESP32-P4',
    machine: riscv,
    flash: [[0x40000000, 0x4c000000]],
    // ESP-IDF, soc.h of the P4: wider than esptool's map, and the tightly coupled memory besides.
    memory: [
      [0x30100000, 0x30102000],
      [0x4ff00000, 0x4ffc0000],
      [0x50108000, 0x50110000],
    ],
    pages: [PAGE],
  },
  {
    chip: 'ESP32-S31',
    machine: riscv,
    flash: [[0x40000000, 0x54000000]],
    memory: [
      [0x2e000000, 0x2e008000],
      [0x2f000000, 0x2f080000],
    ],
    pages: [PAGE],
  },
];

/** Whether an address is in one of some windows. */
export function isWithin(windows: readonly Window[], address: number): boolean {
  return windows.some(([from, to]) => address >= from && address < to);
}

/** A part of a program: where it goes, and its size in bytes. */
interface Part {
  readonly address: number;
  readonly size: number;
}

/** The maps of all chips that these parts of a program fit: its processor, and a place for each part. */
export function mapsFor(machine: number, parts: readonly Part[]): readonly MemoryMap[] {
  const fitting = MAPS.filter((map) => {
    const windows = [...map.flash, ...map.memory];
    // DRAM and IRAM lie side by side in some maps: a part may reach from one window into the next.
    const fits = ({ address, size }: Part): boolean =>
      isWithin(windows, address) && isWithin(windows, address + size - 1);
    return map.machine === machine && parts.every(fits);
  });
  // What is memory in one chip is flash in another. Every program needs some memory: where it has none is not its chip.
  const likely = fitting.filter(({ memory }) => parts.some(({ address }) => isWithin(memory, address)));
  return likely.length > 0 ? likely : fitting;
}

/** The map of a chip family such as `ESP32-S3`; undefined for a chip that is not in the table. */
export function mapOf(chip: string): MemoryMap | undefined {
  return MAPS.find((map) => map.chip === chip);
}

/** Memory maps of the chips: where flash and RAM are mapped, to check an ELF file's addresses against. */
import { ELF_MACHINE } from '../../formats/elf.ts';
import { ESP8266_MEMORY } from '../../formats/esp8266-image.ts';

/** An address range; `to` is exclusive. */
export type Window = readonly [from: number, to: number];

/** The memory map of one chip. */
export interface MemoryMap {
  readonly chip: string;
  /** `e_machine` of its ELF files. */
  readonly machine: number;
  /** Where flash is mapped, through the cache in whole pages. */
  readonly flash: readonly Window[];
  /** RAM that a bootloader loads before it starts an app; sections within one of these may be joined. */
  readonly memory: readonly Window[];
  /** Page sizes of the cache MMU in bytes, the usual one first. */
  readonly pages: readonly number[];
}

const { xtensa, riscv } = ELF_MACHINE;
const PAGE = 0x10000;
const PAGES = [PAGE, 0x8000, 0x4000, 0x2000];
/** The RTC memory of most RISC-V chips. */
const LOW_POWER: Window = [0x50000000, 0x50004000];

// Flash: IROM_MAP_* and DROM_MAP_* of esptool 5 (targets/*.py), which define what it treats as mapped. Memory: MEMORY_MAP
// of the same files, as contained in esptool-js 0.7.0 (lib/targets). Pages: MMU_PAGE_SIZE_CONF in esptool's bin_image.py.
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
    // ESP-IDF, soc.h of the P4: wider than esptool's map, plus the tightly coupled memory.
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

/**
 * The ESP8266, of which no images are made here. Its windows lie within those of the ESP32 and the S2, but no program for these
 * uses only them: their vectors are in other RAM, and their code starts lower.
 */
const ESP8266: MemoryMap = { chip: 'ESP8266', machine: xtensa, ...ESP8266_MEMORY, pages: [] };

/** Whether an address is in any of the windows. */
export function isWithin(windows: readonly Window[], address: number): boolean {
  return windows.some(([from, to]) => address >= from && address < to);
}

/** A part of a program: its address, and its size in bytes. */
interface Part {
  readonly address: number;
  readonly size: number;
}

/** The maps of all chips that a program fits: the processor matches, and every part is within the map. */
export function mapsFor(machine: number, parts: readonly Part[]): readonly MemoryMap[] {
  const fits = (map: MemoryMap): boolean => {
    const windows = [...map.flash, ...map.memory];
    // DRAM and IRAM are adjacent in some maps: a part may extend from one window into the next.
    const contains = ({ address, size }: Part): boolean =>
      isWithin(windows, address) && isWithin(windows, address + size - 1);
    return map.machine === machine && parts.every(contains);
  };
  if (parts.length > 0 && fits(ESP8266)) return [ESP8266];
  const fitting = MAPS.filter(fits);
  // An address can be RAM in one chip and flash in another. Every program uses some RAM, so prefer chips where it does.
  const likely = fitting.filter(({ memory }) => parts.some(({ address }) => isWithin(memory, address)));
  return likely.length > 0 ? likely : fitting;
}

/** The map of a chip such as `ESP32-S3`; undefined for a chip that is not listed. */
export function mapOf(chip: string): MemoryMap | undefined {
  return MAPS.find((map) => map.chip === chip);
}

/** ELF files, 32-bit little-endian: the output of a linker (System V ABI, chapters 4 and 5). */
import type { Source } from '../flash/dropped-file.ts';
import { hex } from '../flash/finding.ts';
import { ascii, holdsAt, textOf, viewOf } from './binary.ts';

/** `e_machine` of the known processors: ARM (ELF for the ARM Architecture, 5.2), and Espressif's two. */
export const ELF_MACHINE = { arm: 40, xtensa: 94, riscv: 243 } as const;

/** A section with bytes in the file that belong in the chip's memory. */
export interface ElfSection {
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** A part of the file that is to be loaded (`PT_LOAD`), by its physical address. */
export interface ElfSegment {
  readonly physical: number;
  readonly offset: number;
  readonly size: number;
}

/** The headers of an ELF file; the bytes of all sections and segments are inside the file. */
export interface Elf {
  readonly machine: number;
  readonly entry: number;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
}

/** The result of reading an ELF file: `foreign` is a kind that is not read; `offset` is where a damaged one is wrong. */
export type ElfResult =
  | { readonly kind: 'elf'; readonly elf: Elf }
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'damaged'; readonly what: string; readonly offset: number };

const HEADER_SIZE = 52;
const SEGMENT_HEADER = 32;
const SECTION_HEADER = 40;
const PT_LOAD = 1;
/** Types of the sections that a program consists of: PROGBITS, INIT_ARRAY and FINI_ARRAY. */
const WITH_BYTES = [1, 14, 15];
const SHF_ALLOC = 2;
/** The most bytes of a string table that are read: names are few and short. */
const MOST_NAMES = 1 << 20;
/** The most segments or sections of a program: a linker makes a few dozen. */
const MOST_PARTS = 1024;

/** Whether the first bytes of a file are those of an ELF file. */
export function looksLikeElf(head: Uint8Array): boolean {
  return holdsAt(head, 0, [0x7f, ...ascii('ELF')]);
}

class Damage extends Error {
  constructor(
    readonly what: string,
    readonly offset: number,
  ) {
    super(what);
  }
}

/** Reads the headers of an ELF file and none of its content. Rejects only if the file cannot be read. */
export async function readElf(file: Source): Promise<ElfResult> {
  const head = await file.read(0, Math.min(file.size, HEADER_SIZE));
  if (head.length < 6) return { kind: 'damaged', what: 'its header is cut off', offset: head.length };
  if (head[4] !== 1) return { kind: 'foreign', why: 'it is for a 64-bit processor' };
  if (head[5] !== 1) return { kind: 'foreign', why: 'it is for a big-endian processor' };
  if (head.length < HEADER_SIZE) return { kind: 'damaged', what: 'its header is cut off', offset: head.length };
  try {
    const view = viewOf(head);
    const [machine, entry] = [view.getUint16(18, true), view.getUint32(24, true)];
    return {
      kind: 'elf',
      elf: { machine, entry, sections: await sections(file, view), segments: await segments(file, view) },
    };
  } catch (error) {
    if (error instanceof Damage) return { kind: 'damaged', what: error.what, offset: error.offset };
    throw error;
  }
}

/** A table of the file as a view of each row. */
async function rows(
  file: Source,
  what: string,
  at: number,
  count: number,
  size: number,
  own: number,
): Promise<DataView[]> {
  if (count === 0) return [];
  if (size !== own) throw new Damage(`a row of its ${what} has ${size} bytes, not ${own}`, at);
  if (at + count * size > file.size) throw new Damage(`its ${what} would end at ${hex(at + count * size)}`, at);
  const table = await file.read(at, at + count * size);
  return Array.from({ length: count }, (_, i) => viewOf(table.subarray(i * size, (i + 1) * size)));
}

async function segments(file: Source, header: DataView): Promise<ElfSegment[]> {
  const at = header.getUint32(28, true);
  const table = await rows(
    file,
    'program headers',
    at,
    header.getUint16(44, true),
    header.getUint16(42, true),
    SEGMENT_HEADER,
  );
  const found = table.flatMap((row, i): ElfSegment[] => {
    const [offset, physical, size] = [row.getUint32(4, true), row.getUint32(12, true), row.getUint32(16, true)];
    if (row.getUint32(0, true) !== PT_LOAD || size === 0) return [];
    inside(file, `segment ${i}`, offset, size);
    return [{ physical, offset, size }];
  });
  if (found.length > MOST_PARTS) throw new Damage(`it has ${found.length} segments`, at);
  return found;
}

async function sections(file: Source, header: DataView): Promise<ElfSection[]> {
  const at = header.getUint32(32, true);
  const table = await rows(
    file,
    'section headers',
    at,
    header.getUint16(48, true),
    header.getUint16(46, true),
    SECTION_HEADER,
  );
  const strings = table[header.getUint16(50, true)];
  const names = strings === undefined ? new Uint8Array() : await namesIn(file, strings);
  const found = table.flatMap((row): ElfSection[] => {
    const [type, flags, address] = [row.getUint32(4, true), row.getUint32(8, true), row.getUint32(12, true)];
    const [offset, size] = [row.getUint32(16, true), row.getUint32(20, true)];
    // esptool, too, skips an address of 0 (bin_image.py, ELFFile): nothing is mapped there.
    if (!WITH_BYTES.includes(type) || (flags & SHF_ALLOC) === 0 || size === 0 || address === 0) return [];
    const name = textOf(names.subarray(row.getUint32(0, true)).subarray(0, 64));
    inside(file, `section ${name}`, offset, size);
    return [{ name, address, offset, size }];
  });
  if (found.length > MOST_PARTS) throw new Damage(`it has ${found.length} sections with bytes`, at);
  return found;
}

async function namesIn(file: Source, row: DataView): Promise<Uint8Array> {
  const [offset, size] = [row.getUint32(16, true), row.getUint32(20, true)];
  inside(file, 'the table of names', offset, size);
  return file.read(offset, offset + Math.min(size, MOST_NAMES));
}

function inside(file: Source, what: string, offset: number, size: number): void {
  if (offset + size <= file.size) return;
  throw new Damage(`${what} would end at ${hex(offset + size)}, and the file ends at ${hex(file.size)}`, offset);
}

/** What only a family of boards knows about dropped files: handed in as data and small functions. */
import { article } from '../flash/english.ts';
import type { DroppedFile, Source, Unpacked } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { DfuFileDevice } from '../formats/dfu-file.ts';
import type { Elf } from '../formats/elf.ts';
import type { Run } from '../formats/sparse-bytes.ts';
import type { Build } from './build.ts';
import type { Packed, Work } from './packed.ts';

/** How a board takes bytes that come with addresses. */
export interface AddressRules {
  /** The first address that no byte of a file may have. */
  readonly limit: number;
  /** The most places that the bytes of one file may be for. */
  readonly mostRuns: number;
  /** What a sentence about the addresses adds; empty if nothing. */
  readonly note: string;
  /** Whether a file whose bytes begin so counts its addresses from the start of an app partition. */
  countsFromPartition(first: Run): boolean;
  /** Runs as the board's own parts: joined where they are one thing, cut where they are two. In order. */
  shape(runs: readonly Run[]): readonly Run[];
  /** Why nothing is written at an address; null if something may be. */
  refuse(address: number): string | null;
  /** The name of the part at an address of a file; `alone` if the file has no other. */
  name(file: string, address: number, alone: boolean): string;
}

/** What one board asks of dropped files. */
export interface BoardRules {
  /** The board's chip without its article: `ESP32-S3`, `STM32F405 or F407`; null where nothing tells it. */
  readonly chip: string | null;
  /** Whether a chip named in a file is the board's. */
  isOwnChip(chip: string): boolean;
  /** Whether the chip is an STM32 or a clone of one, so that a program with a vector table is for it. */
  readonly isStm32: boolean;
  /** The size in bytes of the largest flash there is: no larger file is read. */
  readonly largest: number;
  /** How many bytes of one drop are taken into memory, at most. */
  readonly together: number;
  readonly addresses: AddressRules;
  /** The UF2 family ids that are for this board. */
  readonly uf2Families: readonly number[];
  /** Extensions of files that are one firmware in several forms: of two beside one another the earlier is used. */
  readonly forms: readonly (readonly string[])[];
  /** The family's word for what a part is. */
  kindOf(part: DroppedFile): string;
  /** Why a part of a folder or an archive is not for this board; null if it may be. */
  foreign(part: DroppedFile): string | null;
  /** Builds that have no list, told by the names of their files. */
  conventionalBuilds(files: readonly Packed[]): Promise<readonly Build[]>;
  /** What is made of a program, whatever processor it is for. */
  unpackProgram(source: Source, program: Program, work: Work): Promise<Unpacked>;
  /** What a DFU file that names a device is to this board; null if no board of the family takes such files. */
  readonly dfuDevice: ((name: string, device: DfuFileDevice) => readonly Finding[]) | null;
}

/** An ELF file whose headers are sound, or one of a kind that is not read, and why. */
export type Program = { readonly kind: 'elf'; readonly elf: Elf } | { readonly kind: 'foreign'; readonly why: string };

/** What the board's chip is, as the end of a sentence about a file for another one. */
export function thisBoard({ chip }: BoardRules): string {
  return chip === null ? 'this board’s chip is unknown' : `this board has ${article(chip)}`;
}

/** The rules of a family of boards for dropped files, handed in as data and small functions. */
import { article } from '../flash/english.ts';
import type { DroppedFile, Source, Unpacked } from '../flash/dropped-file.ts';
import type { Inspection } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { DfuFileDevice } from '../formats/dfu-file.ts';
import type { Elf } from '../formats/elf.ts';
import type { Run } from '../formats/sparse-bytes.ts';
import type { Build } from './build.ts';
import type { Packed, UnpackContext } from './packed.ts';
import type { Project } from './project.ts';

/** The kinds of serial connection for which some projects build separate firmware, by their names in ESP Web Tools. */
export type SerialType = 'cdc' | 'uart';

/** How a board handles bytes that have addresses. */
export interface AddressRules {
  /** The first address that is invalid for every byte of a file. */
  readonly limit: number;
  /** The most runs of bytes that one file may have. */
  readonly mostRuns: number;
  /** What is added to a sentence about the addresses; may be empty. */
  readonly note: string;
  /** Whether the addresses of a file with this first run are relative to the start of an app partition. */
  countsFromPartition(first: Run): boolean;
  /** Runs as parts for the board, in order: joined where they belong together, split where they do not. */
  shape(runs: readonly Run[]): readonly Run[];
  /** Why these bytes cannot be written at an address; null if they can. */
  refuse(address: number, data: Uint8Array): string | null;
  /** The name of the part at an address of a file; `alone` if the file has no other. */
  name(file: string, address: number, alone: boolean): string;
}

/** The rules of one board for dropped files. */
export interface BoardRules {
  /** The board itself, for what says by itself which boards it is for. */
  readonly board: Pick<Inspection, 'identity' | 'layout'>;
  /** The id of the region that a file with this address goes to; null if there is none. */
  regionAt(address: number): string | null;
  /** The board's chip without its article: `ESP32-S3`, `STM32F405 or F407`; null if unknown. */
  readonly chip: string | null;
  /** Whether a chip named in a file is the board's. */
  isOwnChip(chip: string): boolean;
  /** How the board is connected: by its chip's own USB or by a USB-UART bridge; null if no firmware depends on that. */
  readonly serial: SerialType | null;
  /** Whether the chip is an STM32 or a clone of one, so that a program with a vector table is for it. */
  readonly isStm32: boolean;
  /** The size in bytes of the largest flash there is: no larger file is read. */
  readonly largest: number;
  /** The most bytes of one drop that are read into memory. */
  readonly together: number;
  readonly addresses: AddressRules;
  /** The UF2 family ids that are for this board. */
  readonly uf2Families: readonly number[];
  /** Extensions of the forms of one firmware, most preferred first: of files side by side, the first is used. */
  readonly forms: readonly (readonly string[])[];
  /** The family's word for what a part is. */
  kindOf(part: DroppedFile): string;
  /** Why a file in a folder or an archive is not opened, whatever it holds; null if it may be. Absent where none is excluded. */
  neverOpened?(path: string): string | null;
  /** Why a part of a folder or an archive is not for this board; null if it may be. */
  foreign(part: DroppedFile): string | null;
  /** Builds without a list, recognised by the names of their files. */
  conventionalBuilds(files: readonly Packed[]): Promise<readonly Build[]>;
  /** The settings of a project among files; absent where no project has any that concern a board. */
  projectOf?(files: readonly Packed[], work: UnpackContext): Promise<Project | null>;
  /** Unpacks a program, whatever processor it is for. */
  unpackProgram(source: Source, program: Program, work: UnpackContext): Promise<Unpacked>;
  /** Findings about the device that a DFU file names; null if no board of the family takes such files. */
  readonly dfuDevice: ((name: string, device: DfuFileDevice) => readonly Finding[]) | null;
}

/** An ELF file with valid headers, or why it is of a kind that is not read. */
export type Program = { readonly kind: 'elf'; readonly elf: Elf } | { readonly kind: 'foreign'; readonly why: string };

/** Why a file of unknown content is left out of a folder or an archive; null if its name says that it is data to be written. */
export function unknownContent(name: string): string | null {
  return /\.(bin|img|dat)$/i.test(name) ? null : 'not a firmware file that Sectorwise recognises';
}

/** The board's chip, as the end of a sentence about a file for another chip. */
export function thisBoard({ chip }: BoardRules): string {
  return chip === null ? 'this board’s chip is unknown' : `this board has ${article(chip)}`;
}

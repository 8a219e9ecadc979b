/** The files of a request as the rules of this folder hand them to each other: what each is, where it can go, what it brings. */
import type { Choice, DroppedFile } from '../../flash/family.ts';
import type { Segment } from '../../flash/image.ts';
import type { TableRow } from '../partitions/table.ts';
import type { FileKind } from './identify.ts';

/** A file of a request and what it is. */
export interface EspFile {
  readonly file: DroppedFile;
  readonly what: FileKind;
}

/** A partition that is to be started, and what goes to otadata for it; no segments where it starts unasked. */
export interface StartWish {
  readonly row: TableRow;
  readonly segments: readonly Segment[];
}

/** Something on the board that would be blanked. Offset and size in bytes. */
export interface Erased {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What kind of place a choice is. */
type Place =
  /** A partition. */
  | { readonly place: 'app' | 'data'; readonly row: TableRow }
  /** Flash that no partition names; an address that a container gave; the whole flash of a chip without a table. */
  | { readonly place: 'gap' | 'address' | 'bare' }
  | { readonly place: 'bootloader' | 'table' }
  /** Not written: the table only tells where things are. */
  | { readonly place: 'table-known' }
  /** Written as it is, where the chip decrypts. */
  | { readonly place: 'ciphertext' }
  | { readonly place: 'merged-parts' }
  | { readonly place: 'merged-everything'; readonly erases: readonly Erased[] };

/** A choice with what the rules ask of it. `start`: what makes the bootloader start something is written with it. */
export type EspChoice = Choice & Place & { readonly start?: StartWish };

/** A file with its place, if it has one. */
export interface EspPlacement extends EspFile {
  readonly choices: readonly EspChoice[];
  readonly chosen: number | null;
  readonly choice: EspChoice | null;
}

/** A placed file with its bytes: `own` are those of the file alone, `segments` all that go to the flash for it. */
export interface EspPlaced extends EspPlacement {
  readonly own: readonly Segment[];
  readonly segments: readonly Segment[];
}

/** Types for the files of a request in this folder: what each is, where it can go, and its bytes. */
import type { Choice, DroppedFile } from '../../flash/dropped-file.ts';
import type { Segment } from '../../flash/image.ts';
import type { TableRow } from '../partitions/table.ts';
import type { FileKind } from './identify.ts';

/** A file of a request, what it is, and the id of the choice that a person made for it, null if none. */
export interface EspFile {
  readonly file: DroppedFile;
  readonly what: FileKind;
  readonly requested: string | null;
}

/** A partition to start, and what to write to otadata for that; no segments if it starts anyway. */
export interface StartChange {
  readonly row: TableRow;
  readonly segments: readonly Segment[];
}

/** Content on the board that would be erased. Offset and size in bytes. */
export interface Erased {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** The kind of place that a choice is. */
type Place =
  /** A partition. */
  | { readonly place: 'app' | 'data'; readonly row: TableRow }
  /** Flash outside every partition; an address given by a container; the whole flash of a chip without a table. */
  | { readonly place: 'gap' | 'address' | 'bare' }
  | { readonly place: 'bootloader' | 'table' }
  /** Not written: the table only locates partitions. */
  | { readonly place: 'table-known' }
  /** Ciphertext, written unchanged where the chip decrypts. */
  | { readonly place: 'ciphertext' }
  /** Only the parts of a merged image; of these, without the data partitions. */
  | { readonly place: 'merged-parts' | 'merged-programs' }
  | { readonly place: 'merged-everything'; readonly erases: readonly Erased[] };

/** A choice with the facts that the rules need. `start`: otadata is written along with it, to start a partition. */
export type EspChoice = Choice & Place & { readonly start?: StartChange };

/** A file with its choices and the chosen one; `chosen` is its index, null if there is none. */
export interface EspPlacement extends EspFile {
  readonly choices: readonly EspChoice[];
  readonly chosen: number | null;
  readonly choice: EspChoice | null;
}

/** A placed file with its bytes: `own` those of the file alone, `segments` everything written for it. */
export interface EspPlaced extends EspPlacement {
  readonly own: readonly Segment[];
  readonly segments: readonly Segment[];
}

/** The files of a request as the rules of this folder hand them to each other: what each is, where it can go, what it brings. */
import type { Choice, DroppedFile, Picking } from '../../flash/family.ts';
import type { Segment } from '../../flash/image.ts';
import type { EraseUnit } from '../../flash/map.ts';
import type { FileKind } from './identify.ts';

/** A file of a request and what it is. */
export interface DfuFile {
  readonly file: DroppedFile;
  readonly what: FileKind;
}

/** What kind of place a choice is. */
type Place =
  /** Where the file itself says; `split`: the two pieces of an application with its extension, each where it says. */
  | { readonly place: 'address' | 'module' | 'extension' | 'split' }
  /** The slot that a factory reset copies from. */
  | { readonly place: 'factory' }
  /** What the board cannot give: offered to say why not. */
  | { readonly place: 'wish' }
  /** Erase units that the file is cut over, in this order. */
  | { readonly place: 'sectors'; readonly units: readonly EraseUnit[] };

/** A choice with what the rules ask of it. */
export type DfuChoice = Choice & Place;

/** A file with its place, if it has one. */
export interface DfuPlacement extends DfuFile {
  readonly choices: readonly DfuChoice[];
  readonly chosen: number | null;
  readonly choice: DfuChoice | null;
  readonly picking: Picking | null;
}

/** A placed file with its bytes. */
export interface DfuPlaced extends DfuPlacement {
  readonly segments: readonly Segment[];
}

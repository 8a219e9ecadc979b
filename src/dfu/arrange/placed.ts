/** The files of a request as this folder passes them on: what each is, where it can go, which bytes it writes. */
import type { Choice, DroppedFile, Picking } from '../../flash/dropped-file.ts';
import type { Segment } from '../../flash/image.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import type { FileKind } from './identify.ts';
import { hex } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { partitionsTouching } from '../../flash/layout.ts';

/** A file of a request and what it is. */
export interface DfuFile {
  readonly file: DroppedFile;
  readonly what: FileKind;
}

/** What kind of place a choice is. */
type Place =
  /** At the address in the file; `split`: an application and its extension, each at its own address. */
  | { readonly place: 'address' | 'extension' | 'split' }
  /** The address in its header; `isTooLarge` of an application for which there is no room there. */
  | { readonly place: 'module'; readonly isTooLarge?: true }
  /** The slot that a factory reset copies from. */
  | { readonly place: 'factory' }
  /** A layout that the board cannot have: offered to show why. */
  | { readonly place: 'unavailable' }
  /** Erase units that the file is split across, in this order. */
  | { readonly place: 'sectors'; readonly units: readonly EraseUnit[] };

/** A choice with the kind of its place. */
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

/** A range by the name of the one partition that it touches, or else by its address. */
export function placeName(range: Range, layout: Layout): string {
  const inside = partitionsTouching(layout, range);
  const [own] = inside;
  return own !== undefined && inside.length === 1 ? own.name : hex(range.address);
}

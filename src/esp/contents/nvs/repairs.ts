/** What the library erases or rewrites by itself when it starts and reads. */
import type { Item } from './entry.ts';

/** The kinds of repairs; each becomes a finding. */
export type RepairKind =
  | 'page-corrupt'
  | 'entry-damaged'
  | 'entry-unfinished'
  | 'item-unfinished'
  | 'duplicate'
  | 'index-mismatch'
  | 'orphan-chunk'
  | 'page-freeing'
  | 'newest-page-discarded'
  | 'data-damaged';

/** One repair: the page's and the entry's numbers, and the item that it concerns where there is a sound one. */
export interface Repair {
  readonly kind: RepairKind;
  readonly page: number;
  readonly entry: number | null;
  readonly item: Item | null;
}

/** Told of each repair as it is made. */
export type NoteRepair = (kind: RepairKind, page: number, entry: number | null, item: Item | null) => void;

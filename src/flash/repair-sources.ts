/** What may repair a board, as plain data: dropped files with their places, and what backups would bring back. */
import type { Choice } from './dropped-file.ts';
import type { Range } from './map.ts';
import { isSameRange } from './map.ts';

/** A dropped file that can be written by itself, and the places that are for such a file and that it fits. */
export interface RepairFile {
  readonly id: number;
  readonly name: string;
  /** What it was dropped in; null for a file dropped as it is. */
  readonly container: string | null;
  /** What it is, as a sentence. */
  readonly says: string;
  readonly places: readonly Choice[];
}

/** A part of a backup that may repair something, by the id of the backup. */
export interface KeptRange {
  readonly backup: string;
  readonly range: Range;
}

/**
 * It, with why it repairs nothing, as a sentence; null where nothing is wrong with it. `failed`: it could not be checked, and the
 * sentence is that of the failure.
 */
export type CheckedRange = KeptRange &
  ({ readonly wrong: string | null; readonly failed?: never } | { readonly wrong: string; readonly failed: true });

/** Whether two ranges of backups are one. */
export function isSameKept(a: KeptRange, b: KeptRange): boolean {
  return a.backup === b.backup && isSameRange(a.range, b.range);
}

/** Which partition of a new table takes over what a partition of the old one holds. */
import type { SamePlace } from '../../flash/arrangement.ts';
import type { TableRow } from './table.ts';
import type { PartitionType } from './types.ts';
import { fileSystemOf, TYPE_APP } from './types.ts';

/** A partition before and after. */
export interface RowPair {
  readonly before: TableRow;
  readonly after: TableRow;
}

/** What decides beside the rows: the history of an edited table, and the offset in bytes of the app that starts now. */
export interface MatchHints {
  readonly same?: readonly SamePlace[];
  readonly starts?: number | null;
}

/**
 * Whether content of one partition can be the content of the other: the same type and subtype, two apps, or two file systems,
 * whose files can be written in the format of the other.
 */
export function isSameKind(a: PartitionType, b: PartitionType): boolean {
  if (a.type !== b.type) return false;
  return a.type === TYPE_APP || a.subtype === b.subtype || (fileSystemOf(a) !== null && fileSystemOf(b) !== null);
}

/**
 * The partitions that stay themselves. An edited table knows; without its history, partitions of one kind are matched by name,
 * then by place, then in the order of their addresses, the app that starts now before others.
 */
export function matchRows(
  before: readonly TableRow[],
  after: readonly TableRow[],
  { same, starts = null }: MatchHints = {},
): RowPair[] {
  if (same !== undefined) return same.flatMap((each) => known(before, after, each));
  const [old, left] = [[...before], [...after]];
  const pairs: RowPair[] = [];
  const take = (is: (a: TableRow, b: TableRow) => boolean) => {
    for (const row of old.slice()) {
      const other = left.find((each) => isSameKind(row, each) && is(row, each));
      if (other === undefined) continue;
      pairs.push({ before: row, after: other });
      old.splice(old.indexOf(row), 1);
      left.splice(left.indexOf(other), 1);
    }
  };
  take((a, b) => a.name === b.name);
  take((a, b) => a.offset === b.offset);
  const late = (row: TableRow) => (row.offset === starts ? 0 : 1);
  old.sort((a, b) => late(a) - late(b) || a.offset - b.offset);
  left.sort((a, b) => a.offset - b.offset);
  take(() => true);
  return pairs.toSorted((a, b) => a.before.offset - b.before.offset);
}

function known(before: readonly TableRow[], after: readonly TableRow[], { was, is }: SamePlace): RowPair[] {
  const [old, row] = [before.find(({ offset }) => offset === was), after.find(({ offset }) => offset === is)];
  return old === undefined || row === undefined ? [] : [{ before: old, after: row }];
}

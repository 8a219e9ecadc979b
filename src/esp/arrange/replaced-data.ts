/** Data on the board that a write would replace. */
import type { Content } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { readRecord } from '../boot/otadata.ts';
import { REGION } from '../loader/target.ts';
import { isSameKind } from '../partitions/match.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import type { ArrangeContext } from './context.ts';

/** A data partition of the board and what it holds. */
export interface ReplacedData {
  readonly row: TableRow;
  readonly content: Content;
}

/** Kinds of content that nobody misses. */
const NOTHING: ReadonlySet<string> = new Set(['blank', 'zeros', 'unread', 'gap']);

/** The partition of the effective table that holds what a partition of the board holds; undefined if it is given up. */
export function sameAfterwards(row: TableRow, { table, carriages }: ArrangeContext): TableRow | undefined {
  if (carriages !== null)
    return carriages.find(({ before, parts }) => before.offset === row.offset && parts !== null)?.after;
  return table.rows.find((other) => other.offset === row.offset && isSameKind(row, other));
}

/**
 * The data partitions of the board that hold something and overlap `ranges`. Those that a new table gives up are left
 * out.
 */
export function replacedData(ranges: readonly Range[], context: ArrangeContext): ReplacedData[] {
  const { esp, contents } = context.board;
  return esp.table.reading.rows.flatMap((row): ReplacedData[] => {
    const after = sameAfterwards(row, context);
    if (row.type === TYPE_APP || after === undefined) return [];
    // What a smaller partition cuts off is covered by the question about lost partitions too.
    const own = { region: REGION, address: after.offset, size: Math.min(row.size, after.size) };
    if (!ranges.some((range) => overlaps(range, own))) return [];
    const content = contents.find(({ address, size }) => address === row.offset && size === row.size);
    if (content === undefined || (NOTHING.has(content.kind) && content.partly !== true)) return [];
    const selects = esp.otadata?.records.some((record) => readRecord(record).usable) ?? false;
    return content.kind === 'otadata' && !selects ? [] : [{ row, content }];
  });
}

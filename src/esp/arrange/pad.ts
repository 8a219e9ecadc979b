/** Filling erase units to their end where what is beside a file could not be kept. */
import type { Segment } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { UNIT } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { REGION } from '../loader/target.ts';

/** Shared by all: FF is the same everywhere. */
const BLANK = new Uint8Array(UNIT).fill(0xff);

/** Where something else may begin, in bytes: nothing is filled beyond the next of these. */
export interface Bounds {
  readonly rows: readonly TableRow[];
  readonly others: readonly number[];
}

/**
 * What fills the last erase unit of each segment up to its end, or to where something else begins, with FF. `wanted`
 * says in which units that has to be done.
 */
export function paddingOf(segments: readonly Segment[], bounds: Bounds, wanted: (unit: Range) => boolean): Segment[] {
  const starts = [...bounds.rows.map(({ offset }) => offset), ...bounds.others, ...segments.map((s) => s.address)];
  return segments.flatMap(({ region, address, data }): Segment[] => {
    const end = address + data.length;
    const unit = { region: REGION, address: Math.floor((end - 1) / UNIT) * UNIT, size: UNIT };
    const limit = Math.min(unit.address + UNIT, ...starts.filter((start) => start >= end));
    if (data.length === 0 || limit <= end || !wanted(unit)) return [];
    return [{ region, address: end, data: BLANK.subarray(0, limit - end) }];
  });
}

/** Turns placements into the bytes to write. */
import type { Segment } from '../../flash/image.ts';
import type { Layout } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import type { TableRow } from '../partitions/table.ts';
import { readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import { fillsPartition } from './data-choices.ts';
import { withHeader } from './header-edit.ts';
import { partSegments, partsWritten } from './merged-plan.ts';
import type { EspPlaced, EspPlacement } from './placed.ts';

/** Shared by all padding segments. */
const BLANK = new Uint8Array(UNIT).fill(0xff);

/** Addresses in bytes at which something else may start; padding never extends past the next one. */
interface Bounds {
  readonly rows: readonly TableRow[];
  readonly others: readonly number[];
}

/** The placements that write otadata to start a partition; only the first can take effect. */
export function startsOf(placements: readonly EspPlacement[]): EspPlacement[] {
  return placements.filter(({ choice }) => choice?.start !== undefined);
}

/**
 * Placements with their bytes and the chosen bootloader header; otadata to start an app is added to the first placement that
 * needs it. `layout` is the layout afterwards: where it is not readable, a file's last erase unit is padded.
 */
export function placeSegments(
  placements: readonly EspPlacement[],
  context: ArrangeContext,
  layout: Layout,
): EspPlaced[] {
  const [first] = startsOf(placements);
  const { board } = context;
  return placements.map((placement) => {
    const own = ownSegments(placement);
    const edited = withHeader(own, board.esp.bootloader.address, board);
    const starts = placement === first && edited.length > 0;
    const all = starts ? [...edited, ...(placement.choice?.start?.segments ?? [])] : edited;
    return { ...placement, own, segments: [...all, ...padding(all, context, layout)] };
  });
}

function padding(segments: readonly Segment[], { board, table }: ArrangeContext, { ciphered }: Layout): Segment[] {
  const barrier = readBarrierOf(board.esp);
  if (barrier === null) return [];
  const bounds = { rows: table.rows, others: [board.esp.bootloader.address, table.address, board.esp.flashSize] };
  return paddingOf(segments, bounds, (unit) => barrier === 'locked' || ciphered.some((range) => overlaps(range, unit)));
}

/**
 * Segments of FF that fill the last erase unit of each segment to its end, or to where something else starts. Only units for
 * which `wanted` is true are filled.
 */
function paddingOf(segments: readonly Segment[], bounds: Bounds, wanted: (unit: Range) => boolean): Segment[] {
  const starts = [...bounds.rows.map(({ offset }) => offset), ...bounds.others, ...segments.map((s) => s.address)];
  return segments.flatMap(({ region, address, data }): Segment[] => {
    const end = address + data.length;
    const unit = { region: REGION, address: Math.floor((end - 1) / UNIT) * UNIT, size: UNIT };
    const limit = Math.min(unit.address + UNIT, ...starts.filter((start) => start >= end));
    if (data.length === 0 || limit <= end || !wanted(unit)) return [];
    return [{ region, address: end, data: BLANK.subarray(0, limit - end) }];
  });
}

/** The bytes of a placement, without otadata to start an app. */
function ownSegments({ file, what, choice }: EspPlacement): Segment[] {
  if (choice === null) return [];
  const at = (data: Uint8Array): Segment[] => [{ region: REGION, address: choice.address, data }];
  switch (what.is) {
    case 'table':
      if (choice.place === 'data') return at(file.data);
      return what.table.data === null || choice.place === 'table-known'
        ? []
        : at(what.table.data).map((segment) => ({ ...segment, why: 'the new partition table is written' }));
    case 'merged':
      return choice.place === 'merged-everything' ? at(file.data) : partSegments(partsWritten(what.merged, choice));
    case 'too-large':
    case 'unusable':
      return [];
    default: {
      if (!fillsPartition(what) || file.data.length >= choice.size) return at(file.data);
      // Old pages after the new ones would be taken for part of them.
      const data = new Uint8Array(choice.size).fill(0xff);
      data.set(file.data);
      return at(data);
    }
  }
}

/** The bytes that a placement puts on the flash. */
import type { Placement } from '../../flash/family.ts';
import type { Segment } from '../../flash/image.ts';
import { overlaps } from '../../flash/map.ts';
import type { EspInspection } from '../board/inspection.ts';
import { REGION } from '../loader/target.ts';
import type { TableRow } from '../partitions/table.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { wantsStart } from './app-choices.ts';
import { fillsPartition } from './data-choices.ts';
import type { ArrangeContext } from './context.ts';
import { contextOfAll, rowAt } from './context.ts';
import { withHeader } from './header-edit.ts';
import { layoutAfter } from './layout-after.ts';
import { PARTS_ID, partSegments, startOf } from './merged-plan.ts';
import { paddingOf } from './pad.ts';
import { startSegments } from './start.ts';
import { KNOWN_ID } from './table-choices.ts';
import { identify } from './identify.ts';

/** A partition that a placement is to start, and what goes to otadata for it. */
export interface Start {
  readonly placement: Placement;
  readonly row: TableRow;
  readonly segments: readonly Segment[];
}

/** Every placement that asks the bootloader to start something. Two of them cannot both have their way. */
export function startsOf(placements: readonly Placement[], context: ArrangeContext): Start[] {
  return placements.flatMap((placement): Start[] => {
    const { file, choice } = placement;
    if (choice === null) return [];
    const what = identify(file, context.board);
    if (what.is === 'merged' && choice.id === PARTS_ID) {
      const start = startOf(what.merged, context);
      return start === null || start.segments.length === 0 ? [] : [{ placement, ...start }];
    }
    const row = what.is === 'image' && wantsStart(choice) ? rowAt(context, choice.address) : undefined;
    const segments = row === undefined ? null : startSegments(row, context);
    return row === undefined || segments === null ? [] : [{ placement, row, segments }];
  });
}

/**
 * The bytes of one of the placements, with its header as the person chose it; what starts an app comes with the first
 * placement that asks for it. Where nothing beside a file could be kept, its last erase unit is filled.
 */
export function segmentsOf(placement: Placement, placements: readonly Placement[], board: EspInspection): Segment[] {
  const context = contextOfAll(placements, board);
  const own = withHeader(ownSegments(placement, context), board.esp.bootloader.address, board);
  const [start] = startsOf(placements, context);
  const all = start?.placement === placement && own.length > 0 ? [...own, ...start.segments] : own;
  return [...all, ...padding(all, placements, context)];
}

function padding(segments: readonly Segment[], placements: readonly Placement[], context: ArrangeContext): Segment[] {
  const { board, table } = context;
  const barrier = readBarrierOf(board.esp);
  if (barrier === null) return [];
  const { ciphered } = layoutAfter(placements, board);
  const bounds = { rows: table.rows, others: [board.esp.bootloader.address, table.address, board.esp.flashSize] };
  return paddingOf(segments, bounds, (unit) => barrier === 'locked' || ciphered.some((range) => overlaps(range, unit)));
}

/** The bytes of a placement without what starts an app. */
export function ownSegments({ file, choice }: Placement, context: ArrangeContext): Segment[] {
  if (choice === null) return [];
  const what = identify(file, context.board);
  const at = (data: Uint8Array): Segment[] => [{ region: REGION, address: choice.address, data }];
  switch (what.is) {
    case 'table':
      return what.table.data === null || choice.id === KNOWN_ID ? [] : at(what.table.data);
    case 'merged':
      return choice.id === PARTS_ID ? partSegments(what.merged) : at(file.data);
    case 'too-large':
    case 'unusable':
      return [];
    default: {
      if (!fillsPartition(what) || file.data.length >= choice.size) return at(file.data);
      // Old pages behind the new ones would be taken for a part of them.
      const data = new Uint8Array(choice.size).fill(0xff);
      data.set(file.data);
      return at(data);
    }
  }
}

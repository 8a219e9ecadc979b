/** The bytes that a placement puts on the flash. */
import type { Placement } from '../../flash/family.ts';
import type { Segment } from '../../flash/image.ts';
import type { EspInspection } from '../inspection.ts';
import { REGION } from '../target.ts';
import type { TableRow } from '../partition-table.ts';
import { wantsStart } from './app-choices.ts';
import { fillsPartition } from './data-choices.ts';
import type { Ground } from './ground.ts';
import { groundOf, rowAt } from './ground.ts';
import { PARTS_ID, partSegments, startOf } from './merged-plan.ts';
import { startSegments } from './start.ts';
import { whatIs } from './what.ts';

/** A partition that a placement is to start, and what goes to otadata for it. */
export interface Start {
  readonly placement: Placement;
  readonly row: TableRow;
  readonly segments: readonly Segment[];
}

/** The ground of placements: all their files count, wherever they go. */
export function groundOfAll(placements: readonly Placement[], board: EspInspection): Ground {
  return groundOf(
    placements.map(({ file }) => file),
    board,
  );
}

/** Every placement that asks the bootloader to start something. Two of them cannot both have their way. */
export function startsOf(placements: readonly Placement[], ground: Ground): Start[] {
  return placements.flatMap((placement): Start[] => {
    const { file, choice } = placement;
    if (choice === null) return [];
    const what = whatIs(file, ground.board);
    if (what.is === 'merged' && choice.id === PARTS_ID) {
      const start = startOf(what.merged, ground);
      return start === null || start.segments.length === 0 ? [] : [{ placement, ...start }];
    }
    const row = what.is === 'image' && wantsStart(choice) ? rowAt(ground, choice.address) : undefined;
    const segments = row === undefined ? null : startSegments(row, ground);
    return row === undefined || segments === null ? [] : [{ placement, row, segments }];
  });
}

/** The bytes of one of the placements; what starts an app comes with the first placement that asks for it. */
export function segmentsOf(placement: Placement, placements: readonly Placement[], board: EspInspection): Segment[] {
  const ground = groundOfAll(placements, board);
  const own = ownSegments(placement, ground);
  const [start] = startsOf(placements, ground);
  return start?.placement === placement && own.length > 0 ? [...own, ...start.segments] : own;
}

/** The bytes of a placement without what starts an app. */
export function ownSegments({ file, choice }: Placement, ground: Ground): Segment[] {
  if (choice === null) return [];
  const what = whatIs(file, ground.board);
  const at = (data: Uint8Array): Segment[] => [{ region: REGION, address: choice.address, data }];
  switch (what.is) {
    case 'table':
      return what.table.data === null ? [] : at(what.table.data);
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

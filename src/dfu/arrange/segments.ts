/** The segments that a placement writes to flash, and the ranges that are written last. */
import type { Segment } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { regionOf, unitsTouching } from '../../flash/map.ts';
import { onBoard } from '../board/inspection.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { regionAt } from './choices.ts';
import type { DfuPlacement } from './placed.ts';
import { splitOver } from './sectors.ts';

/**
 * Size in bytes of the range that makes a board start and is written last: it holds a module's header, also one after a
 * vector table, and the vector table of a program.
 */
export const COMMIT_SIZE = 0x400;

/** The segments of one placement; none if it does not fit, which is refused elsewhere. */
export function segmentsOf({ what, choice }: DfuPlacement, board: DfuInspection): Segment[] {
  if (choice === null || !choice.fits) return [];
  switch (what.is) {
    case 'too-large':
    case 'damaged':
    case 'container':
      return [];
    case 'joined':
      return what.pieces.flatMap(({ address, data }) => at(address, data, board));
    case 'module':
    case 'extension':
      return [{ region: choice.region, address: choice.address, data: what.data }];
    case 'program':
    case 'data':
      return choice.place === 'sectors'
        ? splitOver(what.data, choice.units)
        : [{ region: choice.region, address: choice.address, data: what.data }];
  }
}

function at(address: number, data: Uint8Array, board: DfuInspection): Segment[] {
  const region = regionAt(address, board);
  return region === undefined ? [] : [{ region: region.id, address, data }];
}

/** Where a board looks for something to start, most important last: the user application, then what runs it. */
function startRanges(board: DfuInspection): Range[] {
  const plan = board.dfu.profile?.modules ?? null;
  if (plan !== null) return [plan.user, plan.monolithic].flatMap((range) => onBoard(board, range) ?? []);
  const [region] = board.layout.map.regions;
  return region === undefined ? [] : [{ region: region.id, address: region.start, size: COMMIT_SIZE }];
}

/** The ranges that stay erased until everything else is written and checked, in the order of programming. */
export function commitsIn(segments: readonly Segment[], board: DfuInspection): Range[] {
  return startRanges(board).flatMap(({ region, address }): Range[] => {
    if (!segments.some((segment) => segment.region === region && segment.address === address)) return [];
    const [unit] = unitsTouching(regionOf(board.layout.map, region), address, 1);
    // Chips with smaller pages (L0, L1) erase to 00: there the whole page goes last instead.
    return unit === undefined || unit.size < COMMIT_SIZE ? [] : [{ region, address, size: COMMIT_SIZE }];
  });
}

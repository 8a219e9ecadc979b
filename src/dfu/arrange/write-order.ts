/** The order in which bytes go to a board in DFU mode: what makes it start something comes last. */
import type { Commitment, RankedRange } from '../../flash/arrangement.ts';
import type { Segment } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { regionOf, regionSize, unitsTouching } from '../../flash/map.ts';
import { contentAt } from '../board/boot.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { onBoard } from '../board/inspection.ts';

/**
 * Size in bytes of the range that makes a board start and is written last: it holds a module's header, also one after a
 * vector table, and the vector table of a program.
 */
const COMMIT_SIZE = 0x400;

/** The order in which these bytes go to a board, and what stays erased until the rest is there. */
export function commitmentTo(segments: readonly Segment[], board: DfuInspection): Commitment {
  return { ranks: ranksOf(board), commits: commitsIn(segments, board) };
}

/**
 * The user application's sector goes first, except for its first block, which is committed last: in between, the board
 * waits in safe mode and never runs an application with half an extension. On a chip without modules, the erase unit
 * with the vector table goes last.
 */
function ranksOf(board: DfuInspection): RankedRange[] {
  const { profile, content } = board.dfu;
  const plan = profile?.modules ?? null;
  const { regions } = board.layout.map;
  if (profile !== null && plan !== null) {
    const [user, factory] = [plan.user, plan.factory].map((place) => place && onBoard(board, place));
    // An application there would be restored over one that is half written.
    const first = factory && contentAt(content, plan.factory).passes ? [{ ...factory, rank: -1 }] : [];
    const rest = regions.map((region) => ({
      region: region.id,
      address: region.start,
      size: regionSize(region),
      rank: 1,
    }));
    return user ? [...first, { ...user, rank: 0 }, ...rest] : first;
  }
  const [region] = regions;
  return region === undefined ? [] : [{ region: region.id, address: region.start, size: 1, rank: 1 }];
}

/** Where a board looks for something to start, most important last: the user application, then what runs it. */
function startRanges(board: DfuInspection): Range[] {
  const plan = board.dfu.profile?.modules ?? null;
  if (plan !== null) return [plan.user, plan.monolithic].flatMap((range) => onBoard(board, range) ?? []);
  const [region] = board.layout.map.regions;
  return region === undefined ? [] : [{ region: region.id, address: region.start, size: COMMIT_SIZE }];
}

/** The ranges that stay erased until everything else is written and checked, in the order of programming. */
function commitsIn(segments: readonly Segment[], board: DfuInspection): Range[] {
  return startRanges(board).flatMap(({ region, address }): Range[] => {
    if (!segments.some((segment) => segment.region === region && segment.address === address)) return [];
    const [unit] = unitsTouching(regionOf(board.layout.map, region), address, 1);
    // Chips with smaller pages (L0, L1) erase to 00: there the whole page goes last instead.
    return unit === undefined || unit.size < COMMIT_SIZE ? [] : [{ region, address, size: COMMIT_SIZE }];
  });
}

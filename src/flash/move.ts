/** Bytes of the device that go to another place on it. */
import type { Range } from './map.ts';
import { contains, overlaps, rangeEnd } from './map.ts';

/** A move: the range is where the bytes go, `from` where they are now. Source and destination may overlap. */
export interface Move extends Range {
  readonly from: { readonly region: string; readonly address: number };
  /** A clause for the plan: `app1 is moved here from 0x1D0000`. */
  readonly why: string;
}

/** The range that a move reads. */
export function sourceOf({ from, size }: Move): Range {
  return { region: from.region, address: from.address, size };
}

/** The parts of moves whose destination lies in a range, in order. */
export function movesWithin(moves: readonly Move[], range: Range): readonly Move[] {
  // Asked for each erase unit, and most plans move nothing.
  if (moves.length === 0) return moves;
  return moves
    .filter((move) => overlaps(move, range))
    .map((move) => {
      if (contains(range, move)) return move;
      const address = Math.max(move.address, range.address);
      const size = Math.min(rangeEnd(move), rangeEnd(range)) - address;
      const from = { region: move.from.region, address: move.from.address + address - move.address };
      return { region: move.region, address, size, from, why: move.why };
    })
    .toSorted((a, b) => a.address - b.address);
}

/** The segments that a placement writes to flash. */
import type { Segment } from '../../flash/image.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { regionAt } from './choices.ts';
import type { DfuPlacement } from './placed.ts';
import { splitOver } from './sectors.ts';

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

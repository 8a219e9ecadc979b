/** The layout that the flash will have once files are in place. */
import type { Placement } from '../../flash/family.ts';
import type { Layout } from '../../flash/layout.ts';
import type { EspInspection } from '../inspection.ts';
import { layoutOf } from '../layout.ts';
import { groundOfAll } from './segments.ts';

/** The board's own layout, or that of the partition table among the files. */
export function layoutAfter(placements: readonly Placement[], board: EspInspection): Layout {
  const { table } = groundOfAll(placements, board);
  if (table.from === null) return board.layout;
  const { map } = board.layout;
  return layoutOf({ map, rows: table.rows, bootloader: board.esp.bootloader.address, table: table.address });
}

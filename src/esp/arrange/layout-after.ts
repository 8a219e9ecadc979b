/** The layout that the flash will have once files are in place. */
import type { Placement } from '../../flash/family.ts';
import type { Layout } from '../../flash/layout.ts';
import type { EspInspection } from '../board/inspection.ts';
import { layoutOf } from '../partitions/layout.ts';
import { withoutCiphertext } from './ciphertext.ts';
import { contextOfAll } from './context.ts';

const known = new WeakMap<readonly Placement[], { readonly board: EspInspection; readonly layout: Layout }>();

/** The board's own layout, or that of the partition table among the files; asked for each erase unit, so it is kept. */
export function layoutAfter(placements: readonly Placement[], board: EspInspection): Layout {
  const before = known.get(placements);
  if (before?.board === board) return before.layout;
  const layout = makeLayout(placements, board);
  known.set(placements, { board, layout });
  return layout;
}

function makeLayout(placements: readonly Placement[], board: EspInspection): Layout {
  const { table } = contextOfAll(placements, board);
  const encrypts = board.esp.security.encryption.on === true;
  const { map } = board.layout;
  const bootloader = board.esp.bootloader.address;
  const layout =
    table.from === null
      ? board.layout
      : layoutOf({ map, rows: table.rows, bootloader, table: table.address, encrypts });
  return { ...layout, ciphered: withoutCiphertext(layout.ciphered, placements) };
}

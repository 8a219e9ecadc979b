/** The layout that the flash will have once files are in place. */
import type { Layout } from '../../flash/layout.ts';
import { layoutOf } from '../partitions/layout.ts';
import { withoutCiphertext } from './ciphertext.ts';
import type { ArrangeContext } from './context.ts';
import type { EspPlacement } from './placed.ts';

/** The board's own layout, or that of the partition table among the files. */
export function layoutAfter(placements: readonly EspPlacement[], { board, table }: ArrangeContext): Layout {
  const encrypts = board.esp.security.encryption.on === true;
  const { map } = board.layout;
  const bootloader = board.esp.bootloader.address;
  const layout =
    table.from === null
      ? board.layout
      : layoutOf({ map, rows: table.rows, bootloader, table: table.address, encrypts });
  return { ...layout, ciphered: withoutCiphertext(layout.ciphered, placements) };
}

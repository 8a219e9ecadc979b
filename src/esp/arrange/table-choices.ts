/** The places for a partition table. */
import type { DroppedFile } from '../../flash/family.ts';
import { hex } from '../../flash/finding.ts';
import { UNIT } from '../partitions/layout.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import type { EspChoice } from './placed.ts';
import { tableAddress } from './words.ts';

/** Where a table goes, best first. On a board that cannot be read it may also only tell what the board has. */
export function tableChoices(file: DroppedFile, { board, header }: ArrangeContext): EspChoice[] {
  const { reading, address: live } = board.esp.table;
  const address = tableAddress(file, board);
  const place = { region: REGION, address, size: UNIT, fits: true };
  if (readBarrierOf(board.esp) !== null) {
    const name = 'Not written, only used to locate partitions';
    const why = 'for a board that already has this table: files are placed by it, but it is not written';
    const known = { ...place, id: 'table-known', name, why, place: 'table-known' } as const;
    const written = 'replaces the current table, which cannot be read';
    const writes = { ...place, id: `table@${address}`, name: 'partition table', why: written, place: 'table' } as const;
    // Who brings a bootloader too, or a whole build, means to set the board up anew.
    return file.at !== undefined || header.from !== null ? [writes, known] : [known, writes];
  }
  const own =
    reading.rows.length === 0 ? 'the board has none yet' : 'replaces the current table; no partition content is moved';
  const why = address === live ? own : `the address in its build; the board’s own table is at ${hex(live)}`;
  // Where a project moved its table, its bootloader reaches over the usual place and looks nowhere but here.
  return [{ ...place, id: `table@${address}`, name: 'partition table', why, place: 'table' }];
}

/** The flash size in the bootloader's header that a new table needs: it is changed along with the table. */
import { hasHeader, sizeOptions } from '../boot/bootloader-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import { checksSignatures } from '../board/read-access.ts';
import { HEADER_SIZE } from '../board/setting-ids.ts';
import { canCarry } from './carry.ts';
import { bootloaderIn } from './context.ts';
import type { EspFile } from './placed.ts';

/**
 * The board with the header size chosen that covers a new table among the files, if that is needed and possible: the size is not
 * chosen already, no bootloader comes with the table, the board's own was read and may be changed, and the board accepts its
 * present table. A table that it rejects has another cause, which is reported.
 */
export function withLargerHeader(files: readonly EspFile[], board: EspInspection): EspInspection {
  const { esp, identity } = board;
  const table = files.find(({ what }) => what.is === 'table' && what.table.data !== null)?.what;
  if (table?.is !== 'table' || files.some(({ what }) => bootloaderIn(what) !== null)) return board;
  const end = Math.max(...table.table.rows.map(({ offset, size }) => offset + size));
  const { chosen, headerSize, bootloader, security, flashSize, sizeKnown } = esp;
  const needed = headerSize !== null && end > headerSize && end <= flashSize && chosen[HEADER_SIZE] === undefined;
  if (!needed || bootloader.data === null || !esp.table.reading.accepted || !canCarry(board)) return board;
  if (checksSignatures(security) || !hasHeader(identity.chip)) return board;
  const sizes = sizeOptions(identity.chip, sizeKnown ? flashSize : null).filter(({ bytes }) => bytes >= end);
  const size = sizeKnown ? sizes.at(-1) : sizes[0];
  if (size === undefined) return board;
  return { ...board, esp: { ...esp, chosen: { ...chosen, [HEADER_SIZE]: size.id } } };
}

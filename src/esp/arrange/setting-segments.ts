/** Segments that result from settings rather than files: a changed bootloader header, or everything else erased. */
import type { Segment } from '../../flash/image.ts';
import { blankSegments, makeImage, segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { EspInspection } from '../board/inspection.ts';
import { ERASE } from '../board/setting-ids.ts';
import { DEFAULT_TABLE } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { checksSignatures } from '../board/read-access.ts';
import { headerSegments } from './header-edit.ts';
import type { EspPlaced } from './placed.ts';

/** Whether everything outside the files is to be erased. */
export function erasesAll({ esp }: EspInspection): boolean {
  return esp.chosen[ERASE] === 'all';
}

/** The segments that result from settings, which never overlap the files' segments, and those that erase partitions. */
export function settingSegmentsOf(
  placed: readonly EspPlaced[],
  board: EspInspection,
  erase: readonly Range[] = [],
): Segment[] {
  const files = placed.flatMap(({ segments }) => segments);
  if (erasesAll(board)) return blanksBeside(files, board);
  const { address, data } = board.esp.bootloader;
  const image = { region: REGION, address, size: data?.length ?? 0 };
  // A bootloader among the files gets its own header changed; anything else in that place is refused.
  const erased = blankSegments(board.layout.map, erase);
  const gone = [...files, ...erased].some((segment) => overlaps(segmentRange(segment), image));
  return gone ? erased : [...erased, ...headerSegments(board)];
}

/**
 * The lowest address that may be written, in bytes: with secure boot the bootloader is kept, because no other could replace
 * it (esptool, write_flash: "writing to flash regions < 0x8000").
 */
export function lowestAddress({ esp }: EspInspection): number {
  return checksSignatures(esp.security) ? Math.max(DEFAULT_TABLE, esp.table.address) : 0;
}

function blanksBeside(files: readonly Segment[], board: EspInspection): Segment[] {
  const joined = makeImage(files);
  if (joined.kind !== 'image') return [];
  const blanks: Segment[] = [];
  let at = lowestAddress(board);
  const upTo = (end: number) => {
    if (end > at) blanks.push(...blankSegments(board.layout.map, [{ region: REGION, address: at, size: end - at }]));
    at = Math.max(at, end);
  };
  for (const { address, data } of joined.image) {
    upTo(Math.min(address, board.esp.flashSize));
    at = Math.max(at, address + data.length);
  }
  upTo(board.esp.flashSize);
  return blanks;
}

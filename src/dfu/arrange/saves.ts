/** Files to keep with what is placed: for a compiler, where data lies; for a linker, the regions of an application. */
import type { Placement, SavedFile } from '../../flash/family.ts';
import type { DfuInspection } from '../board/inspection.ts';
import type { DfuParts } from '../family-parts.ts';
import { dataHeader, linkerFiles } from './linker.ts';
import { segmentsOf } from './segments.ts';
import { identify } from './identify.ts';
import { shown } from './words.ts';

/** The C header of all data, and the linker file of the layout that the placed modules and extensions fill. */
export function savesOf(placements: readonly Placement[], board: DfuInspection, parts: DfuParts): SavedFile[] {
  const data = placements.filter(({ file }) => identify(file, parts).is === 'data');
  const places = data.flatMap((placement) =>
    segmentsOf(placement, board, parts).map((segment, i, all) => ({
      name: all.length > 1 ? `${shown(placement.file)} ${i + 1}` : shown(placement.file),
      address: segment.address,
      size: segment.data.length,
    })),
  );
  return [...(places.length === 0 ? [] : [dataHeader(places)]), ...linkerOf(placements, board, parts)];
}

function linkerOf(placements: readonly Placement[], board: DfuInspection, parts: DfuParts): SavedFile[] {
  const { profile } = board.dfu;
  if (profile === null) return [];
  const placed = placements
    .filter(({ file }) => ['module', 'extension', 'joined'].includes(identify(file, parts).is))
    .flatMap((placement) => segmentsOf(placement, board, parts));
  if (placed.length === 0) return [];
  const at = profile.layouts.findIndex(
    ({ pieces }) =>
      pieces.length === placed.length &&
      pieces.every(({ address, size }) =>
        placed.some((segment) => segment.address === address && segment.data.length <= size),
      ),
  );
  const file = linkerFiles(profile)[at];
  return file === undefined ? [] : [file];
}

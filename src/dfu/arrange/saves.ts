/** Files to keep with what is placed: for a compiler, where data lies; for a linker, the regions of an application. */
import type { SavedFile } from '../../flash/family.ts';
import type { DfuInspection } from '../board/inspection.ts';
import { dataHeader, linkerFiles } from './linker.ts';
import type { DfuPlaced } from './placed.ts';
import { shown } from '../../formats/file-words.ts';

/** The C header of all data, and the linker file of the layout that the placed modules and extensions fill. */
export function savesOf(placed: readonly DfuPlaced[], board: DfuInspection): SavedFile[] {
  const data = placed.filter(({ what }) => what.is === 'data');
  const places = data.flatMap(({ file, segments }) =>
    segments.map((segment, i, all) => ({
      name: all.length > 1 ? `${shown(file)} ${i + 1}` : shown(file),
      address: segment.address,
      size: segment.data.length,
    })),
  );
  return [...(places.length === 0 ? [] : [dataHeader(places)]), ...linkerOf(placed, board)];
}

function linkerOf(all: readonly DfuPlaced[], board: DfuInspection): SavedFile[] {
  const { profile } = board.dfu;
  if (profile === null) return [];
  const placed = all
    .filter(({ what: { is } }) => is === 'module' || is === 'extension' || is === 'joined')
    .flatMap(({ segments }) => segments);
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

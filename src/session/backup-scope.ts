/** What a backup on request contains, and why there may be nothing to back up. */
import type { Inspection } from '../flash/family.ts';
import { partitionNamed, touchedUnits } from '../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../flash/map.ts';
import { overlaps, regionSize } from '../flash/map.ts';

/** The erase units of a backup, and those that the board does not show in plain form; `partition` is null for the whole device. */
export function unitsToBackUp(
  { layout }: Pick<Inspection, 'layout'>,
  partition: string | null,
): { units: EraseUnit[]; missing: EraseUnit[] } {
  const own = partition === null ? undefined : partitionNamed(layout, partition);
  const ranges: readonly Range[] = partition === null ? wholeRegions(layout.map) : own === undefined ? [] : [own];
  const all = touchedUnits(layout, ranges);
  const shown = (unit: EraseUnit) =>
    isReadable(layout.map, unit) && !layout.ciphered.some((range) => overlaps(range, unit));
  return { units: all.filter(shown), missing: all.filter((unit) => !shown(unit)) };
}

/** Why nothing of a partition, or of the whole device (null), can be backed up; null if something can. */
export function whyNoBackup(board: Pick<Inspection, 'layout'>, partition: string | null): string | null {
  const { units, missing } = unitsToBackUp(board, partition);
  if (units.length > 0) return null;
  if (missing.length === 0) return 'Not on the board yet.';
  const readable = missing.some((unit) => isReadable(board.layout.map, unit));
  return readable
    ? 'Encrypted: only the chip itself can read it.'
    : `Not readable: the board does not send its ${partition === null ? 'flash' : 'content'}.`;
}

function isReadable({ regions }: FlashMap, { region }: Range): boolean {
  return regions.some(({ id, access }) => id === region && access.read);
}

function wholeRegions({ regions }: FlashMap): Range[] {
  return regions.map((region) => ({ region: region.id, address: region.start, size: regionSize(region) }));
}

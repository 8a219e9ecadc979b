/** What a backup on request contains, and why there may be nothing to back up. */
import type { Inspection } from '../flash/family.ts';
import { bytes, hex } from '../flash/finding.ts';
import { partitionAt, touchedUnits } from '../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../flash/map.ts';
import { overlaps, rangeEnd, regionEnd, regionOf, regionSize } from '../flash/map.ts';

/**
 * The erase units of a backup, and those that the board does not show in plain form. `range` is that of a partition, null for
 * the whole device; a range that is no partition of this board has no units.
 */
export function unitsToBackUp(
  { layout }: Pick<Inspection, 'layout'>,
  range: Range | null,
): { units: EraseUnit[]; missing: EraseUnit[] } {
  const own = range === null ? undefined : partitionAt(layout, range);
  const all = touchedUnits(layout, range === null ? wholeRegions(layout.map) : own === undefined ? [] : [own]);
  const shown = (unit: EraseUnit) =>
    isReadable(layout.map, unit) && !layout.ciphered.some((ciphered) => overlaps(ciphered, unit));
  return { units: all.filter(shown), missing: all.filter((unit) => !shown(unit)) };
}

/** Why nothing of the partition with this range, or of the whole device (null), can be backed up; null if something can. */
export function whyNoBackup(board: Pick<Inspection, 'layout'>, range: Range | null): string | null {
  const { units, missing } = unitsToBackUp(board, range);
  if (units.length > 0) return null;
  if (missing.length === 0)
    return range !== null && partitionAt(board.layout, range) !== undefined
      ? 'It lies past the end of this board’s flash.'
      : 'Not on the board yet.';
  const readable = missing.some((unit) => isReadable(board.layout.map, unit));
  return readable
    ? 'Encrypted: only the chip itself can read it.'
    : `Not readable: the board does not send its ${range === null ? 'flash' : 'content'}.`;
}

/** What is backed up, in words: `nvs (0x9000, 24 KiB)`. */
export function backupWords({ layout }: Pick<Inspection, 'layout'>, range: Range | null): string {
  if (range === null) return 'the whole device';
  const where = `${hex(range.address)}, ${bytes(range.size)}`;
  const partition = partitionAt(layout, range);
  if (partition === undefined) return `the range at ${where}`;
  const end = regionEnd(regionOf(layout.map, partition.region));
  const past = partition.address < end && rangeEnd(partition) > end;
  return `${partition.name} (${where}${past ? ', up to the end of the flash' : ''})`;
}

function isReadable({ regions }: FlashMap, { region }: Range): boolean {
  return regions.some(({ id, access }) => id === region && access.read);
}

function wholeRegions({ regions }: FlashMap): Range[] {
  return regions.map((region) => ({ region: region.id, address: region.start, size: regionSize(region) }));
}

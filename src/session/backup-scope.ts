/** What can be done with a partition or the whole flash: what a backup of it contains, and why it cannot be saved or changed. */
import type { Inspection } from '../flash/family.ts';
import type { Refusal } from '../flash/finding.ts';
import { bytes, hex } from '../flash/finding.ts';
import { partitionAt, partitionsTouching, touchedUnits } from '../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../flash/map.ts';
import { contains, isSameRange, overlaps, rangeEnd, regionEnd, regionOf, regionRange } from '../flash/map.ts';
import { sessionRefusal } from './refusals.ts';

const NO_BOOTLOADER = 'Without a bootloader the board starts nothing.';

/**
 * The erase units of a backup, and those that the board does not show in plain form. `range` is that of a partition, null for
 * the whole flash; a range that is no partition of this board has no units.
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

/** What to back up to have the bytes of a range: the partition that it is, or the whole flash (null) if it is a whole region. */
export function backupScope({ layout }: Pick<Inspection, 'layout'>, range: Range | null): Range | null {
  const isPartition = range === null || partitionAt(layout, range) !== undefined;
  return !isPartition && wholeRegions(layout.map).some((region) => isSameRange(region, range)) ? null : range;
}

/** Why the bytes of a partition or of a whole region cannot be saved as one file; null if they can. */
export function whyNoBytes(board: Pick<Inspection, 'layout'>, range: Range): string | null {
  const scope = backupScope(board, range);
  const { missing } = unitsToBackUp(board, scope);
  const never = whyNoBackup(board, scope);
  if (never !== null) return never;
  if (missing.some((unit) => overlaps(unit, range))) return 'A part of it cannot be read in plain form.';
  const end = regionEnd(regionOf(board.layout.map, range.region));
  return rangeEnd(range) > end ? 'A part of it lies past the end of this board’s flash.' : null;
}

/** Whether a range is neither a partition nor a whole region, but a part of one: as a person may type it. */
export function isTyped({ layout }: Pick<Inspection, 'layout'>, range: Range): boolean {
  const regions = wholeRegions(layout.map);
  const isPart = regions.some((region) => contains(region, range) && !isSameRange(region, range));
  return isPart && range.size > 0 && partitionAt(layout, range) === undefined;
}

/** Why the bytes of a typed range cannot be read; null if they can. */
export function whyNoRead({ layout }: Pick<Inspection, 'layout'>, range: Range): string | null {
  if (!isReadable(layout.map, range)) return 'Not readable: the board does not send its content.';
  return layout.ciphered.some((ciphered) => overlaps(ciphered, range))
    ? 'Encrypted: only the chip itself can read it.'
    : null;
}

/** Why nothing of the partition with this range, or of the whole flash (null), can be backed up; null if something can. */
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

/** The refusal of a backup of which nothing can be read; null if something can. */
export function refusedBackup(board: Pick<Inspection, 'layout'>, range: Range | null): Refusal | null {
  const why = whyNoBackup(board, range);
  if (why === null) return null;
  const place: Refusal['place'] = range === null ? { in: 'device' } : { in: 'flash', range };
  return sessionRefusal('nothing-to-back-up', place, { what: backupWords(board, range), why });
}

/** Why the partition with this range can never be erased on this board; null if it can, after questions perhaps. */
export function whyNoErase(board: Pick<Inspection, 'layout'>, range: Range): string | null {
  const isBoot = partitionAt(board.layout, range)?.role === 'boot';
  return whyNoWrite(board, range) ?? (isBoot ? NO_BOOTLOADER : null);
}

/** Why a typed range or a whole region can never be erased on this board; null if it can, after questions perhaps. */
export function whyNoRangeErase(board: Pick<Inspection, 'layout'>, range: Range): string | null {
  const isPart = !wholeRegions(board.layout.map).some((region) => isSameRange(region, range));
  const isBoot = partitionsTouching(board.layout, range).some(({ role }) => role === 'boot');
  return whyShut(board, range) ?? (isPart && isBoot ? `The bootloader is in it. ${NO_BOOTLOADER}` : null);
}

/** Why the partition with this range can never be written on this board; null if it can. */
export function whyNoWrite(board: Pick<Inspection, 'layout'>, range: Range): string | null {
  return partitionAt(board.layout, range) === undefined ? 'Not on the board yet.' : whyShut(board, range);
}

/** Why flash can never be written: its region, or a guard on one of its erase units; null if it can. */
function whyShut({ layout }: Pick<Inspection, 'layout'>, range: Range): string | null {
  const { access } = regionOf(layout.map, range.region);
  if (!access.erase || !access.write) return 'The board does not allow it to be written.';
  const guard = layout.guards.find((each) => touchedUnits(layout, [range]).some((unit) => overlaps(unit, each)));
  return guard === undefined ? null : `Never written: ${guard.reason}`;
}

/** What is backed up, in words: `nvs (0x9000, 24 KiB)`. */
export function backupWords({ layout }: Pick<Inspection, 'layout'>, range: Range | null): string {
  if (range === null) return 'the whole flash';
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

/** Every region of a map as a range. */
export function wholeRegions({ regions }: FlashMap): Range[] {
  return regions.map(regionRange);
}

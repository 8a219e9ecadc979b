/** The bytes of a backup without anything around them, as esptool and dfu-util read and write them. */
import { hex } from '../flash/finding.ts';
import { partitionAt } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { contains, overlaps, rangeEnd, without } from '../flash/map.ts';
import type { Backup } from '../storage/records.ts';

/** The parts of a range that a backup does not hold, in order. */
export function missingIn({ units }: Pick<Backup, 'units'>, range: Range): Range[] {
  return without(range, units);
}

/** The bytes of a range that a backup holds; `content` gives those of a digest. Throws a `RangeError` if some are missing. */
export async function plainBytes(
  backup: Backup,
  range: Range,
  content: (md5: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (missingIn(backup, range).length > 0) throw new RangeError('the backup does not hold all of these bytes');
  const bytes = new Uint8Array(range.size);
  for (const unit of backup.units.filter((each) => overlaps(each, range))) {
    const data = await content(unit.md5);
    const from = Math.max(unit.address, range.address);
    const to = Math.min(rangeEnd(unit), rangeEnd(range));
    bytes.set(data.subarray(from - unit.address, to - unit.address), from - range.address);
  }
  return bytes;
}

/** What a range of a board is called in the name of a file: `nvs-0x9000`, `flash-0x0` where it holds several partitions. */
export function rangeInName({ board }: Pick<Backup, 'board'>, range: Range): string {
  const { partitions } = board.layout;
  const own = partitionAt(board.layout, range) ?? partitions.find((partition) => contains(partition, range));
  return `${own?.name ?? 'flash'}-${hex(range.address)}`;
}

/** Parts of a backup as plain binary files: exactly the bytes of one range, which any other tool can read. */
import { hex } from '../flash/finding.ts';
import type { Layout } from '../flash/layout.ts';
import { partitionAt, partitionsTouching } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { contains, overlaps, rangeEnd, regionSize, without } from '../flash/map.ts';
import { runsOf } from './backup-manifest.ts';
import type { Backup } from '../storage/records.ts';

/** A range of which a backup has every byte. */
export interface BinaryPart extends Range {
  /** The partition, the partitions `nvs, app0`, or the region; empty outside all partitions. */
  readonly name: string;
  /** All bytes of what is named and no others, bytes that have all of it, all of the app in it, or bytes of which some are a part of it. */
  readonly has: 'exactly' | 'all' | 'app' | 'part';
  /** Of all of an app, its name: `raft-demo 1.4.2`; absent of everything else. */
  readonly app?: string;
}

/**
 * What of a backup can be saved as one file each, the largest first: whole regions, whole partitions, and runs of bytes that are
 * neither. A file never has a gap: where bytes are missing, there are several.
 */
export function binaryParts(backup: Pick<Backup, 'board' | 'units'>): readonly BinaryPart[] {
  const { layout } = backup.board;
  return runsOf(backup)
    .flatMap((run) => [...ownPart(layout, run), ...partitionsIn(layout, run)])
    .toSorted((a, b) => b.size - a.size);
}

/** The partitions that a run has in full. */
function partitionsIn(layout: Layout, run: Range): BinaryPart[] {
  return layout.partitions
    .filter((partition) => contains(run, partition))
    .map(({ name, region, address, size }) => ({ name, has: 'exactly', region, address, size }));
}

/** A run as a part of its own, unless it is nothing but whole partitions. */
function ownPart(layout: Layout, { region, address, size }: Range): BinaryPart[] {
  const run = { region, address, size };
  const touched = partitionsTouching(layout, run);
  if (touched.length === 1 && touched.every((only) => only.address === address && only.size === size)) return [];
  const whole = layout.map.regions.find(
    (each) => each.id === region && each.start === address && regionSize(each) === size,
  );
  if (whole !== undefined) return [{ ...run, name: whole.name, has: 'exactly' }];
  const held = touched.reduce((sum, partition) => sum + overlap(run, partition), 0);
  const lacking = touched.reduce((sum, partition) => sum + partition.size, 0) - held;
  if (lacking === 0 && held === size) return [];
  return [{ ...run, name: touched.map(({ name }) => name).join(', '), has: lacking === 0 ? 'all' : 'part' }];
}

/** The parts of a range that a backup does not hold, in order. */
export function missingIn({ units }: Pick<Backup, 'units'>, range: Range): Range[] {
  return without(range, units);
}

/** The bytes of a range that a backup holds; `content` gives those of a digest. Throws a `RangeError` if some are missing. */
export async function binaryBytes(
  backup: Pick<Backup, 'units'>,
  range: Range,
  content: (md5: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (missingIn(backup, range).length > 0) throw new RangeError('the backup does not hold all of these bytes');
  const bytes = new Uint8Array(range.size);
  for (const unit of backup.units.filter((each) => overlaps(each, range))) {
    const data = await content(unit.md5);
    // A partition may begin or end inside an erase unit.
    const from = Math.max(unit.address, range.address);
    const to = Math.min(rangeEnd(unit), rangeEnd(range));
    bytes.set(data.subarray(from - unit.address, to - unit.address), from - range.address);
  }
  return bytes;
}

/**
 * What a range of a board is called in the name of a file: `nvs-0x9000`, `part-of-app1-0x1D0000`, `raft-demo 1.4.2 app1-0x1D0000` of all of an
 * app, or `flash-0x0` of any other.
 */
export function rangeInName({ board }: Pick<Backup, 'board'>, range: Range & Pick<Partial<BinaryPart>, 'app'>): string {
  const { partitions } = board.layout;
  const own = partitionAt(board.layout, range)?.name;
  const around = own ?? partitions.find((partition) => contains(partition, range))?.name;
  const name =
    around === undefined
      ? 'flash'
      : (own ?? (range.app === undefined ? `part-of-${around}` : `${range.app} ${around}`));
  return `${name}-${hex(range.address)}`;
}

function overlap(a: Range, b: Range): number {
  return Math.max(0, Math.min(rangeEnd(a), rangeEnd(b)) - Math.max(a.address, b.address));
}

/** Parts of a backup as plain binary files: exactly the bytes of one range, which any other tool can read. */
import { hex } from '../flash/finding.ts';
import type { Layout } from '../flash/layout.ts';
import { partitionsTouching } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { contains, rangeEnd, regionSize } from '../flash/map.ts';
import { joined } from './bundle.ts';
import { runsOf } from './bundle-manifest.ts';
import type { Backup } from '../storage/records.ts';
import { storeFailure } from '../storage/store.ts';

/**
 * A range of which a backup has every byte. `lacking`: the bytes of the partition that it lies in which the backup does not
 * have, so that the file is only a part of it; 0 for whole partitions and regions.
 */
export interface PlainPart extends Range {
  /** `app1`, `nvs, app0`, or the name of a whole region. */
  readonly name: string;
  readonly lacking: number;
}

/**
 * What of a backup can be saved as one file each, the largest first: whole regions, whole partitions, and runs of bytes that are
 * neither. A file never has a gap: where bytes are missing, there are several.
 */
export function plainParts(backup: Pick<Backup, 'board' | 'units'>): readonly PlainPart[] {
  const { layout } = backup.board;
  return runsOf(backup)
    .flatMap((run) => [...ownPart(layout, run), ...partitionsIn(layout, run)])
    .toSorted((a, b) => b.size - a.size);
}

/** The partitions that a run has in full. */
function partitionsIn(layout: Layout, run: Range): PlainPart[] {
  return layout.partitions
    .filter((partition) => contains(run, partition))
    .map(({ name, region, address, size }) => ({ name, lacking: 0, region, address, size }));
}

/** A run as a part of its own, unless it is nothing but whole partitions. */
function ownPart(layout: Layout, { region, address, size }: Range): PlainPart[] {
  const run = { region, address, size };
  const touched = partitionsTouching(layout, run);
  if (touched.length === 1 && touched.every((only) => only.address === address && only.size === size)) return [];
  const whole = layout.map.regions.find(
    (each) => each.id === region && each.start === address && regionSize(each) === size,
  );
  if (whole !== undefined) return [{ ...run, name: whole.name, lacking: 0 }];
  const held = touched.reduce((sum, partition) => sum + overlap(run, partition), 0);
  const lacking = touched.reduce((sum, partition) => sum + partition.size, 0) - held;
  if (lacking === 0 && held === size) return [];
  return [{ ...run, name: touched.length === 0 ? hex(address) : touched.map(({ name }) => name).join(', '), lacking }];
}

/** The bytes of a range that the backup has in full; rejects if they are not stored any more. */
export async function plainBytes(
  backup: Pick<Backup, 'board' | 'units'>,
  range: Range,
  content: (md5: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const run = runsOf(backup).find((each) => contains(each, range));
  if (run === undefined)
    throw new RangeError(`the backup does not have all of ${hex(range.address)}, ${range.size} bytes`);
  const pieces: Uint8Array[] = [];
  for (const { address, size, md5 } of run.units) {
    if (address + size <= range.address || address >= rangeEnd(range)) continue;
    const unit = await content(md5);
    if (unit.length !== size) throw storeFailure('content-gone', { values: { md5, how: 'damaged' } });
    // A partition may begin or end inside an erase unit.
    pieces.push(unit.subarray(Math.max(0, range.address - address), Math.min(size, rangeEnd(range) - address)));
  }
  return joined(pieces);
}

function overlap(a: Range, b: Range): number {
  return Math.max(0, Math.min(rangeEnd(a), rangeEnd(b)) - Math.max(a.address, b.address));
}

/** What can be looked into beside the board: dropped files, and the partitions of a backup. */
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { bytes, hex } from '../../src/flash/finding.ts';
import { isSameRange } from '../../src/flash/map.ts';
import { bare } from '../../src/flash/neighbours.ts';
import type { ContentsPlace } from '../../src/flash/partition-contents.ts';
import { placeOfFile } from '../../src/flash/partition-contents.ts';
import type { FileView } from '../../src/session/state.ts';

/** One place, and its words in the list of those to choose from. */
export interface Offered {
  readonly place: ContentsPlace;
  readonly label: string;
}

/** The dropped files of which more can be shown than their kind. */
export function offeredFiles(files: readonly FileView[]): readonly Offered[] {
  return files
    .filter(({ recognised }) => recognised.opens === true)
    .map(({ id, name, size }) => ({ place: placeOfFile(id, size), label: `${name}, ${bytes(size)}` }));
}

/** The partitions that a backup has in full; none while it is encrypted. */
export function offeredIn({ id, fits, plain }: Pick<LibraryItem, 'id' | 'fits' | 'plain'>): readonly Offered[] {
  const whole = fits?.layout.partitions.filter((own) =>
    plain.some((part) => part.region === own.region && part.address <= own.address && end(part) >= end(own)),
  );
  return (whole ?? []).map((own) => ({
    place: { ...bare(own), within: { in: 'backup', id } },
    label: `${own.name}, ${bytes(own.size)} at ${hex(own.address)}`,
  }));
}

/** The place of a backup that is looked into first; null if it has no whole partition. */
export function firstIn(item: Pick<LibraryItem, 'id' | 'fits' | 'plain'>): ContentsPlace | null {
  const offered = offeredIn(item);
  const roles = ['settings', 'files'];
  const isFirst = ({ place }: Offered) =>
    item.fits?.layout.partitions.some((own) => isSameRange(own, place) && roles.includes(own.role)) === true;
  return (offered.find(isFirst) ?? offered[0])?.place ?? null;
}

function end({ address, size }: ContentsPlace): number {
  return address + size;
}

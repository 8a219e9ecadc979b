/** How full the app slots and file systems of a build are. */
import type { Finding } from '../../flash/finding.ts';
import { bytes, roughly } from '../../flash/finding.ts';
import type { ConnectedState } from '../../session/state.ts';
import type { FlashSession } from '../flash-session.ts';
import { checkFinding } from './findings.ts';

/** One slot or file system: what of it is used, in bytes. */
export interface Usage {
  readonly name: string;
  /** The file that fills it; null for a file system, which is full of files. */
  readonly file: string | null;
  readonly used: number;
  readonly size: number;
}

/** The app slots that files are put into. */
export function slotUsage({ files }: Pick<ConnectedState, 'files'>): Usage[] {
  return files.flatMap(({ used, recognised, choices, chosen, name, size }) => {
    const choice = choices[chosen ?? -1];
    if (!used || recognised.kind !== 'app' || choice === undefined) return [];
    return [{ name: choice.name.replace(/,.*/, ''), file: name, used: size, size: choice.size }];
  });
}

/** The file systems of a flash. */
export async function fileSystemUsage(flash: FlashSession): Promise<Usage[]> {
  const fills: Usage[] = [];
  for (const partition of flash.board.layout.partitions.filter(({ role }) => role === 'files')) {
    const listing = await flash.listing(partition);
    if (listing?.kind === 'files')
      fills.push({ name: partition.name, file: null, used: listing.usedBytes, size: listing.totalBytes });
  }
  return fills;
}

/** How full it is in percent, rounded up: full is full. */
export function percentOf({ used, size }: Usage): number {
  return size === 0 ? 100 : Math.ceil((100 * used) / size);
}

/** `app0  1.2 MiB of 1.5 MiB  80 %`, as cells. */
export function fillCells(fill: Usage): string[] {
  const { name, file, used, size } = fill;
  return [name, `${percentOf(fill)} %`, `${roughly(used)} of ${roughly(size)}`, file ?? 'its files'];
}

/** A finding for everything that is fuller than `threshold` percent, where it is not too large for its place anyway. */
export function overThreshold(fills: readonly Usage[], threshold: number): Finding[] {
  return fills
    .filter((fill) => percentOf(fill) > threshold && fill.used <= fill.size)
    .map((fill) => {
      const { name, file, used, size } = fill;
      const values = { place: name, percent: percentOf(fill), used: bytes(used), size: bytes(size), threshold };
      return checkFinding('over-threshold', file === null ? { in: 'device' } : { in: 'file', name: file }, values);
    });
}

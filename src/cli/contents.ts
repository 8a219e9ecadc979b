/** The partition whose content a command is about, opened. */
import type { Range } from '../flash/map.ts';
import type { Partition } from '../flash/layout.ts';
import { bare } from '../flash/map.ts';
import type { PartitionListing } from '../flash/partition-contents.ts';
import type { Call } from './command.ts';
import { commandFailure } from './failures.ts';
import type { FlashSession } from './flash-session.ts';
import { openFlash } from './flash-session.ts';

type Kind = 'settings' | 'files';

/** The opened content, its place, and the operands behind the image. */
export interface OpenContent<K extends Kind> {
  readonly flash: FlashSession;
  readonly partition: Partition;
  readonly range: Range;
  readonly listing: Extract<PartitionListing, { kind: K }>;
  readonly rest: readonly string[];
}

/** Which partitions are of a kind, and what they are called. */
const KINDS = {
  settings: { what: 'settings (NVS)', suits: (partition: Partition) => partition.wifi === true },
  files: { what: 'file system', suits: (partition: Partition) => partition.role === 'files' },
} as const;

/** Opens the settings or the files of a flash. Throws the failures of opening, and `not-that-content`. */
export async function openContent<K extends Kind>(kind: K, call: Call): Promise<OpenContent<K>> {
  const { flash, rest } = await openFlash(call);
  const { what, suits } = KINDS[kind];
  const partition = flash.partition(call.given.value('partition'), what, suits);
  const view = await flash.look(partition);
  const listing = view?.listing ?? null;
  if (listing === null || !isOf(kind, listing)) {
    const why = view?.why === undefined || view.why === '' ? 'nothing of the kind was found in it.' : view.why;
    throw commandFailure('not-that-content', { values: { where: partition.name, what, why } });
  }
  return { flash, partition, range: bare(partition), listing, rest };
}

function isOf<K extends Kind>(kind: K, listing: PartitionListing): listing is Extract<PartitionListing, { kind: K }> {
  return listing.kind === kind;
}

/** A plan that erases one partition: only erase units that hold something are erased, and neighbours in them are kept. */
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Partition } from '../../flash/layout.ts';
import { partitionAt } from '../../flash/layout.ts';
import { overlaps, rangeEnd, regionEnd, regionOf } from '../../flash/map.ts';
import type { Target } from '../../flash/target.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Purpose } from '../../storage/records.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';

type Erase = Extract<Purpose, { kind: 'erase' }>;

/** Plans to erase a partition, and the purpose with its name. Throws the `Failure`s of the device and the store. */
export async function planErase<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  aim: Erase,
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  const { board, family } = work;
  const { range } = aim;
  const partition = partitionAt(board.layout, range);
  if (partition === undefined) {
    const values = { address: hex(range.address), size: bytes(range.size) };
    return { planning: refused(sessionRefusal('nothing-to-erase', { in: 'flash', range }, values)), aim };
  }
  const named = { ...aim, name: partition.name };
  const place = { in: 'flash', range } as const;
  const values = { partition: `${partition.name} (${hex(range.address)}, ${bytes(range.size)})` };
  if (partition.role === 'boot')
    return { planning: refused(sessionRefusal('bootloader-erased', place, values)), aim: named };
  const why = neededFor(partition, board);
  const holds = contentOf(partition, board);
  const asks = [
    ...(why === null ? [] : [sessionRefusal('start-erased', place, { ...values, why })]),
    ...(why !== null || holds === null ? [] : [sessionRefusal('content-erased', place, { ...values, holds })]),
  ];
  // A damaged table may name a partition that reaches past the flash.
  const end = Math.min(rangeEnd(range), regionEnd(regionOf(board.layout.map, range.region)));
  const erase = [{ ...range, size: Math.max(0, end - range.address) }];
  const arrangement = family.arrange({ files: [], erase }, board);
  const both = { ...arrangement, refusals: [...arrangement.refusals, ...asks] };
  return { planning: await planFiles(work, both, [], named), aim: named };
}

function refused(refusal: Refusal): Planning {
  return { kind: 'refused', refusals: [refusal] };
}

/** Why the board cannot start as it does now without a partition, as a clause; null if it can, as far as is known. */
function neededFor({ role, region, address }: Partition, { boot }: Inspection): string | null {
  if (role === 'table') return 'without a partition table it starts nothing';
  const starts = boot?.partition ?? null;
  return starts !== null && starts.region === region && starts.address === address
    ? 'it starts the app in it now'
    : null;
}

/** What a partition holds, as far as anything is known to be there; null if it is blank. */
function contentOf(partition: Partition, { contents }: Inspection): string | null {
  const own = contents.filter((content) => content.kind !== 'blank' && overlaps(content, partition));
  const known = contents.some((content) => overlaps(content, partition));
  if (!known) return 'content that was not read';
  return own.length === 0 ? null : own.map(({ brief, says }) => brief ?? says.replace(/\.$/, '')).join('; ');
}

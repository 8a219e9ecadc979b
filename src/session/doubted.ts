/** What is shown of a board that was lost during a job: nothing of what was written since it was read. */
import type { Content, Inspection } from '../flash/family.ts';
import type { PartitionRole } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import { bare, overlaps } from '../flash/map.ts';

const NOT_READ_SINCE = 'Not read since it was written.';

/** What no board needs in order to start. */
const BESIDE_START: readonly PartitionRole[] = ['settings', 'files', 'data'];

/** A board without what was found in ranges that were written since, and without what starts where they may have changed it. */
export function doubted(board: Inspection, ranges: readonly Range[]): Pick<Inspection, 'boot' | 'contents'> {
  const contents = board.contents.map((content) => unreadIn(content, ranges));
  return { boot: mayChangeStart(board, ranges) ? null : board.boot, contents };
}

/**
 * Whether writes to ranges may change what starts. They do not where the board chooses between apps, and the choice, what makes it,
 * and the app that is chosen are as they were read.
 */
function mayChangeStart({ boot, layout: { partitions } }: Inspection, ranges: readonly Range[]): boolean {
  const starts = boot?.partition ?? null;
  if (starts === null) return true;
  const chooses = partitions.some(({ role }) => role === 'boot-choice');
  return ranges.some((range) => {
    const own = partitions.filter((partition) => overlaps(partition, range));
    const isBeside = own.every(
      ({ role, region, address }) =>
        BESIDE_START.includes(role) ||
        (role === 'app' && chooses && (region !== starts.region || address !== starts.address)),
    );
    return own.length === 0 || !isBeside;
  });
}

function unreadIn(content: Content, ranges: readonly Range[]): Content {
  return ranges.some((range) => overlaps(range, content))
    ? { ...bare(content), kind: 'unread', says: NOT_READ_SINCE }
    : content;
}

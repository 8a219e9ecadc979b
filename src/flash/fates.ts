/** What becomes of each partition's content, derived from the layouts before and after and the image written. */
import type { Content } from './family.ts';
import type { Image } from './image.ts';
import { segmentRange } from './image.ts';
import type { Layout, Partition } from './layout.ts';
import { overlaps } from './map.ts';

/**
 * What becomes of one partition. `moved` and `converted` are for arrangements that relocate content; none does yet. `lost`: its
 * bytes may still be there, but no partition of its type starts there any more.
 */
export type Fate =
  | {
      readonly fate: 'kept' | 'moved' | 'grown' | 'shrunk' | 'converted' | 'overwritten';
      readonly before: Partition;
      readonly after: Partition;
    }
  | { readonly fate: 'lost'; readonly before: Partition; readonly after: null }
  | { readonly fate: 'new'; readonly before: null; readonly after: Partition };

/** The input for fates; `contents` is what the flash was found to hold before. */
export interface FateInput {
  readonly before: Layout;
  readonly after: Layout;
  readonly contents: readonly Content[];
  readonly image: Image;
}

/**
 * The fate of every partition, in the order of the old layout, followed by the new ones. Partitions with the same region, start
 * and type are the same: a rename loses nothing. A partition that held nothing is not reported as lost.
 */
export function fatesOf({ before, after, contents, image }: FateInput): Fate[] {
  const left = new Set(after.partitions);
  const old = before.partitions.flatMap((partition): Fate[] => {
    const same = [...left].find((other) => isSame(partition, other));
    if (same === undefined)
      return isEmpty(partition, contents) ? [] : [{ fate: 'lost', before: partition, after: null }];
    left.delete(same);
    return [{ fate: fateOf(partition, same, image), before: partition, after: same }];
  });
  return [...old, ...[...left].map((partition): Fate => ({ fate: 'new', before: null, after: partition }))];
}

function fateOf(before: Partition, after: Partition, image: Image): 'kept' | 'grown' | 'shrunk' | 'overwritten' {
  if (image.some((segment) => overlaps(segmentRange(segment), after))) return 'overwritten';
  if (after.size === before.size) return 'kept';
  return after.size > before.size ? 'grown' : 'shrunk';
}

function isSame(a: Partition, b: Partition): boolean {
  return a.region === b.region && a.address === b.address && a.type === b.type;
}

/** Whether a partition is known to have been blank; unreadable flash may have held anything. */
function isEmpty(partition: Partition, contents: readonly Content[]): boolean {
  const own = contents.filter((content) => overlaps(content, partition));
  return own.length > 0 && own.every(({ kind }) => kind === 'blank');
}

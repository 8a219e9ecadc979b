/** What becomes of each partition's content, from the layouts before and after and what is written in between. */
import type { Content } from './family.ts';
import type { Image } from './image.ts';
import { segmentRange } from './image.ts';
import type { Layout, Partition } from './layout.ts';
import { overlaps } from './map.ts';

/** What is known of a partition's content before the write. */
interface Held {
  /** Whether it is known to have been blank; what could not be read may have held anything. */
  readonly blank: boolean;
}

/**
 * What becomes of one partition. `moved` and `converted` are for arrangements that carry content elsewhere; none does yet.
 * `lost`: its bytes may still be in the flash, but no partition of its kind starts there any more. `readable` is false where
 * the bytes stay and the firmware cannot use them: a file system that is tied to its size, or content that is cut off.
 */
export type Fate =
  | (Held & {
      readonly fate: 'kept' | 'moved' | 'grown' | 'shrunk' | 'converted' | 'overwritten';
      readonly before: Partition;
      readonly after: Partition;
      readonly readable: boolean;
    })
  | (Held & { readonly fate: 'lost'; readonly before: Partition; readonly after: null })
  | { readonly fate: 'new'; readonly before: null; readonly after: Partition };

/** What fates are worked out from; `contents` is what was found on the flash before. */
export interface FateInput {
  readonly before: Layout;
  readonly after: Layout;
  readonly contents: readonly Content[];
  readonly image: Image;
}

/**
 * The fate of every partition, in the order of the layout before and then that of the new ones. A partition is the same where
 * region and start are equal and it is of the same type, or an app before and after; a new name loses nothing.
 */
export function fatesOf({ before, after, contents, image }: FateInput): Fate[] {
  const left = new Set(after.partitions);
  const old = before.partitions.map((partition): Fate => {
    const own = contents.filter((content) => overlaps(content, partition));
    const blank = own.length > 0 && own.every(({ kind }) => kind === 'blank');
    const same = [...left].find((other) => isSame(partition, other));
    if (same === undefined) return { fate: 'lost', before: partition, after: null, blank };
    left.delete(same);
    const fate = fateOf(partition, same, image);
    const readable =
      blank ||
      fate === 'kept' ||
      fate === 'overwritten' ||
      ((fate === 'grown' || own.length > 0) && own.every((held) => isRead(held, same, fate)));
    return { fate, before: partition, after: same, blank, readable };
  });
  return [...old, ...[...left].map((partition): Fate => ({ fate: 'new', before: null, after: partition }))];
}

function fateOf(before: Partition, after: Partition, image: Image): 'kept' | 'grown' | 'shrunk' | 'overwritten' {
  if (image.some((segment) => overlaps(segmentRange(segment), after))) return 'overwritten';
  if (after.size === before.size) return 'kept';
  return after.size > before.size ? 'grown' : 'shrunk';
}

function isSame(a: Partition, b: Partition): boolean {
  if (a.region !== b.region || a.address !== b.address) return false;
  return a.type === b.type || (a.role === 'app' && b.role === 'app');
}

/** Whether the firmware can use what a partition of another size held. */
function isRead({ tiedToSize, usedBytes }: Content, { size }: Partition, fate: 'grown' | 'shrunk'): boolean {
  return fate === 'grown' ? tiedToSize !== true : usedBytes !== undefined && usedBytes <= size;
}

/** Whether the content of a partition is given up: it held something, and nothing can use that afterwards. */
export function losesContent(fate: Fate): boolean {
  if (fate.fate === 'new' || fate.blank) return false;
  return fate.fate === 'lost' || !fate.readable;
}

/** What becomes of each partition's content, from the layouts before and after and what is written in between. */
import type { Content } from './family.ts';
import type { Image } from './image.ts';
import { segmentRange } from './image.ts';
import type { Layout, Partition } from './layout.ts';
import { isInPlaceOf, isSamePartition } from './layout.ts';
import type { Range } from './map.ts';
import { isSameRange, overlaps } from './map.ts';

/** What is known of a partition's content before the write. */
interface Held {
  /** Whether it is known to have been blank; what could not be read may have held anything. */
  readonly blank: boolean;
}

/**
 * What becomes of one partition. `moved`: its content is carried to another place, whatever its size there. `converted` is for
 * content that is rewritten in another format. `lost`: its bytes may still be in the flash, but no
 * partition of its kind starts there any more. `readable` is false where the firmware cannot use the content afterwards: a file
 * system that is tied to its size, or content that is cut off. `why` is the reason as a clause, where there is one to give; `edited` names what of its content
 * a person changes, such as `wifi/ssid`, and never a value, `deleted` what of that is deleted; `recreated`: there is nothing else in it
 * afterwards.
 */
export type Fate = {
  readonly why?: string;
  readonly edited?: readonly string[];
  readonly deleted?: readonly string[];
  readonly recreated?: true;
} & (
  | (Held & {
      readonly fate: 'kept' | 'moved' | 'grown' | 'shrunk' | 'converted' | 'overwritten';
      readonly before: Partition;
      readonly after: Partition;
      readonly readable: boolean;
    })
  | (Held & { readonly fate: 'lost'; readonly before: Partition; readonly after: null })
  | { readonly fate: 'new'; readonly before: null; readonly after: Partition }
);

/**
 * A partition of the layout before and the one that takes its content over. `carried`: whether the content can be used there;
 * if not, it is given up. `converted`: it is written in another format. `why` is the reason for that, as a clause.
 */
export interface Pairing {
  readonly before: Partition;
  readonly after: Partition;
  readonly carried: boolean;
  readonly converted: boolean;
  readonly why: string;
}

/** What fates are worked out from; `contents` is what was found on the flash before. */
export interface FateInput {
  readonly before: Layout;
  readonly after: Layout;
  readonly contents: readonly Content[];
  /** What is written; where content is carried over, without what only makes room for it. */
  readonly image: Image;
  /** The partitions whose content is carried over; absent where nothing is moved and a partition is known by its place. */
  readonly pairs?: readonly Pairing[];
  /** True where the layout after comes from elsewhere, as that of a backup does: another name is another partition then, and no new one. */
  readonly byName?: true;
  /** The partitions whose content is edited; absent where none is. */
  readonly edited?: readonly EditedFate[];
}

/** What of a partition's content is edited, by name, and that as a clause. */
export interface EditedFate {
  readonly range: Range;
  readonly edited: readonly string[];
  readonly deleted?: readonly string[];
  readonly recreated?: true;
  readonly why: string;
}

/**
 * The fate of every partition, in the order of the layout before and then that of the new ones. Without `pairs` a partition is
 * the same where region and start are equal and it is of the same type, or an app before and after; a new name loses nothing,
 * unless partitions are known by their names.
 */
export function fatesOf(input: FateInput): Fate[] {
  const { before, after, contents, image, pairs = [] } = input;
  const left = new Set(after.partitions);
  const old = before.partitions.map((partition): Fate => {
    const own = contents.filter((content) => overlaps(content, partition));
    const blank = isBlank(own);
    const pair = pairs.find((each) => each.before === partition);
    if (pair !== undefined) return paired(pair, blank, image, left);
    const known = input.pairs === undefined || partition.role === 'boot' || partition.role === 'table';
    const same = known ? [...left].find((other) => isSame(partition, other, input)) : undefined;
    if (same === undefined) return { fate: 'lost', before: partition, after: null, blank };
    left.delete(same);
    const fate = fateOf(partition, same, image);
    const readable = blank || fate === 'kept' || fate === 'overwritten' || isReadable(own, partition, same);
    return { fate, before: partition, after: same, blank, readable };
  });
  const all = [...old, ...[...left].map((partition): Fate => ({ fate: 'new', before: null, after: partition }))];
  return all.map((fate) => {
    const own = (input.edited ?? []).find(({ range }) => fate.before !== null && isSameRange(range, fate.before));
    if (own === undefined) return fate;
    const { range: _, ...edited } = own;
    return { ...fate, ...edited };
  });
}

/** The fate of a partition whose content is carried over, or given up. */
function paired(
  { before, after, carried, converted, why }: Pairing,
  blank: boolean,
  image: Image,
  left: Set<Partition>,
): Fate {
  const stays = before.region === after.region && before.address === after.address;
  const both = { before, after, blank, why } as const;
  if (image.some((segment) => overlaps(segmentRange(segment), after))) {
    left.delete(after);
    return { ...both, fate: 'overwritten', readable: true };
  }
  if (!carried && !stays) return { fate: 'lost', before, after: null, blank, why };
  left.delete(after);
  // What is given up in its place is erased, so that the firmware does not take half of it for the whole.
  if (!carried) return { ...both, fate: 'overwritten', readable: false };
  const fate = converted ? 'converted' : stays ? fateOf(before, after, []) : 'moved';
  return { ...both, fate, readable: true };
}

/** Whether a partition is known to be blank. */
export function isBlank(contents: readonly Content[]): boolean {
  return contents.length > 0 && contents.every(({ kind, partly }) => kind === 'blank' && partly !== true);
}

/** Whether the firmware can use what a partition held in one of another size: `contents` is what was found in it. */
export function isReadable(
  contents: readonly Content[],
  before: Pick<Partition, 'size'>,
  after: Pick<Partition, 'size'>,
): boolean {
  if (before.size === after.size) return true;
  if (after.size > before.size) return contents.every(({ tiedToSize }) => tiedToSize !== true);
  return contents.length > 0 && contents.every(({ usedBytes }) => usedBytes !== undefined && usedBytes <= after.size);
}

function fateOf(before: Partition, after: Partition, image: Image): 'kept' | 'grown' | 'shrunk' | 'overwritten' {
  if (image.some((segment) => overlaps(segmentRange(segment), after))) return 'overwritten';
  if (after.size === before.size) return 'kept';
  return after.size > before.size ? 'grown' : 'shrunk';
}

function isSame(a: Partition, b: Partition, { before, byName }: FateInput): boolean {
  return byName === true ? isSamePartition(a, b, before) : isInPlaceOf(a, b);
}

/** Whether the content of a partition is given up: it held something, and nothing can use that afterwards. */
export function losesContent(fate: Fate): boolean {
  if (fate.fate === 'new' || fate.blank) return false;
  return fate.fate === 'lost' || !fate.readable;
}
